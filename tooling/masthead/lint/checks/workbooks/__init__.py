"""Checks of workbooks: that their parts fit together."""
