"""What a coordinator sees: the Solidarity desk."""
