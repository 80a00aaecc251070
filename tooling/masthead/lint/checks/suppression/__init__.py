"""Suppressions: MH9xx."""
