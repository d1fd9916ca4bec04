"""Affiliations, their terms and fees."""
