"""A KQL function as the API takes it: a saved search with an alias."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from masthead.content.functions import Function, Parameter
from masthead.workspace.bodies.saved_search import properties, shortened, tags

CATEGORY = "Functions"
"""Where the portal lists it, unless the content says otherwise: `metadata: {category: ...}`."""


def function_body(function: Function) -> dict[str, Any]:
    """The body of a PUT of the function."""
    metadata = function.document.data.get("metadata") or {}
    made = properties(
        function.name,
        function.query,
        str(metadata.get("category") or CATEGORY),
        functionAlias=function.alias,
        tags=tags(function, description=shortened(function.description)),
    )
    if function.parameters:
        made["functionParameters"] = parameters_text(function.parameters)
    return {"properties": made}


def parameters_text(parameters: Iterable[Parameter]) -> str:
    """The parameters in one line: `since:timespan=1d, kinds:dynamic=dynamic([])`."""
    return ", ".join(
        f"{each.name}:{each.type}" + (f"={each.default}" if each.default is not None else "") for each in parameters
    )
