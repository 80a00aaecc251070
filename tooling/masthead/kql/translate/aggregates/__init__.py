"""Aggregate functions, a module a family."""
