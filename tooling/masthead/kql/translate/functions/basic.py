"""Functions that a first storey needs."""

from masthead.kql.translate.registry import scalar

scalar("tolower", "text", "lower({0})", total=True)
