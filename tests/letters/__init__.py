"""Proves the words of every letter: both languages, many facts or few, no name where none may stand."""
