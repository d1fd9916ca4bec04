"""Speaker requests and their workflow."""
