"""Coordinators' accounts, roles and signing in."""
