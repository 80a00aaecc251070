"""Automation: MH86x."""
