"""Workspaces: MH87x."""
