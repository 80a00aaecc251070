"""Lint: what is wrong with content, found before Sentinel finds it."""
