"""The time in place of now() and ago(): in the answer of a service its own clock would show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from masthead.kql.inlining.program import Parents, call_of
from masthead.kql.inlining.traced import Edit


def clock_edits(tree: Parents, now: dt.datetime) -> Iterator[Edit]:
    """now() and ago(x) of the query and its functions as what they are at `now`."""
    moment = moment_literal(now)
    for node in tree.nodes:
        if not call_of(node, "now", "ago"):
            continue
        arguments = node.items("ArgumentList")
        if not arguments:
            yield Edit(node.start, node.end, moment)
            continue
        sign = "+" if node.children[0].simple_name == "now" else "-"
        first, last = arguments[0].start, arguments[-1].end
        yield Edit(node.start, first, f"({moment} {sign} (")
        yield Edit(last, node.end, "))")


def moment_literal(moment: dt.datetime) -> str:
    """The moment as KQL writes it."""
    utc = moment.astimezone(dt.UTC) if moment.tzinfo else moment
    return f"datetime({utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}0Z)"
