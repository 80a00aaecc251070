"""Scalar expressions, a module a family of syntax kinds."""
