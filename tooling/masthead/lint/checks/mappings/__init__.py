"""Columns and entities: MH5xx."""
