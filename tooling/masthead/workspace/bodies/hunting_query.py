"""A hunting query as the API takes it: a saved search of a category of its own."""

from __future__ import annotations

from typing import Any

from masthead.content.model import HuntingQuery
from masthead.workspace.bodies.saved_search import properties, shortened, tags

CATEGORY = "Hunting Queries"


def hunting_query_body(hunting: HuntingQuery) -> dict[str, Any]:
    """The body of a PUT of the query. Its entity mappings stay in the file: a saved search has no place for them."""
    named = tags(
        hunting,
        description=shortened(hunting.description),
        tactics=",".join(hunting.tactics),
        techniques=",".join(hunting.relevant_techniques),
    )
    return {"properties": properties(hunting.name, hunting.query, CATEGORY, tags=named)}
