"""Renderers: findings, results and matrices, for people and for machines."""
