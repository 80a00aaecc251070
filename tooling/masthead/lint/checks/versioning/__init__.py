"""Versions: MH8xx."""
