"""Twinning proposals and their workflow."""
