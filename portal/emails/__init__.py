"""Letters: rendered into the outbox with the change they tell of, delivered later by the worker."""
