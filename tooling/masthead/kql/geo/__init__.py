"""Geometry on the sphere, as the geo_ functions need it."""
