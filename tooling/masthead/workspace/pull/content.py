"""From a live resource to the data of a content file, and to its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from masthead.workspace.pull.automation_rule import automation_rule_content
from masthead.workspace.pull.converted import Converted
from masthead.workspace.pull.detection import detection_content
from masthead.workspace.pull.saved_search import function_content, hunting_query_content
from masthead.workspace.pull.watchlist import watchlist_content
from masthead.workspace.pull.workbook import workbook_content
from masthead.workspace.resources import Live, ResourceKind

_NO_RULES: Mapping[str, str] = {}


def to_content(live: Live) -> dict[str, Any]:
    """What a content file says of the resource, in the order of our own files. Raises Inexpressible."""
    return convert(live).data


def convert(live: Live, rules: Mapping[str, str] = _NO_RULES) -> Converted:
    """The resource as content. Raises Inexpressible for what content cannot say.

    rules: what content calls the analytics rules with these ids in Azure (in lower case), for automation rules.
    """
    if live.key.kind is ResourceKind.AUTOMATION_RULE:
        return automation_rule_content(live, rules)
    return _MAKERS[live.key.kind](live)


_MAKERS = {
    ResourceKind.WATCHLIST: watchlist_content,
    ResourceKind.FUNCTION: function_content,
    ResourceKind.DETECTION: detection_content,
    ResourceKind.HUNTING_QUERY: hunting_query_content,
    ResourceKind.WORKBOOK: workbook_content,
}
