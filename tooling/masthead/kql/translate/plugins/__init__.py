"""Plugins of the evaluate operator, a module each."""
