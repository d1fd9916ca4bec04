"""What a branch sees, and whoever holds a private link."""
