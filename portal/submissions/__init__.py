"""What every request has in common: the workflow grammar, the timeline, the queue."""
