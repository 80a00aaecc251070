"""Scalar functions, a module a family: each function is one entry."""
