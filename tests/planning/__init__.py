"""Plans of many meetings at once."""
