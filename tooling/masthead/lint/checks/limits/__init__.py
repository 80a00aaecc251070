"""Limits and schedule: MH2xx."""
