"""The place of an error in the query: of what the language service says, and of what only running it told."""

from __future__ import annotations

from typing import Any

from masthead.kql.engine.database import RunError
from masthead.kql.errors import KqlError
from masthead.kql.language import Analysis, Diagnostic
from masthead.kql.translate.operators.union import is_fuzzy
from masthead.kql.translate.outputs import OutputNeeded
from masthead.kql.translate.outside import how_to_provide
from masthead.kql.translate.places import place_of_error

# What the language service calls an error is one of the data here: no fixture stands for it.
_OUTSIDE = {
    "KS208": 'database("…").Table',
    "KS209": 'external_table("…")',
}


# Nor is this one: the service keeps such results, and nothing here does.
_STORED_RESULT = "KS248"

# What the language service calls an error and the documentation runs: seconds with a fraction, and count(x) of any x.
_MORE_THAN_BOUND = {("KS134", "make_timespan", 3), ("KS134", "make_timespan", 4), ("KS107", "count", 1)}

_NO_SUCH_TABLES = "KS142"  # a wildcard that no table matches


def refuse_errors(analysis: Analysis) -> None:
    """Raise the first error that the language service found, if any."""
    for diagnostic in analysis.errors:
        if (diagnostic.code, *_last_argument(analysis, diagnostic)) in _MORE_THAN_BOUND:
            continue
        if diagnostic.code == _NO_SUCH_TABLES and _fuzzy(analysis, diagnostic):
            continue
        outside = diagnostic.code in _OUTSIDE
        hint = f" To run it, {how_to_provide(_OUTSIDE[diagnostic.code])}" if outside else ""
        raise KqlError(
            f"{diagnostic.message}{hint}",
            unsupported=outside or diagnostic.code == _STORED_RESULT,
            code=diagnostic.code,
            query=analysis.query,
            start=diagnostic.start,
            end=diagnostic.end,
        )


def _last_argument(analysis: Analysis, diagnostic: Diagnostic) -> tuple[str | None, int]:
    """The function whose last argument a diagnostic is about, and how many it has; (None, 0) where it is about more."""
    for node in analysis.tree.walk():
        arguments = node.items("ArgumentList") if node.kind == "FunctionCallExpression" else []
        if arguments and (arguments[-1].start, arguments[-1].end) == (diagnostic.start, diagnostic.end):
            return node.child("Name").simple_name, len(arguments)
    return None, 0


def _fuzzy(analysis: Analysis, diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic is about one of the rows of a union that does without those that are not there."""
    unions = [
        node
        for node in analysis.tree.walk()
        if node.kind == "UnionOperator" and node.start <= diagnostic.start < node.end
    ]
    return bool(unions) and is_fuzzy(unions[-1])


def placed(error: RunError, analysis: Analysis, *translator_arguments: Any) -> KqlError:
    """The error with its place: what raised it where that can be told, else the statement that ran."""
    start, end = error.start, error.end
    if start is None and error.code in ("MASTHEAD-RUN", "MASTHEAD-UNSUPPORTED"):
        try:
            node = place_of_error(analysis, error.message, error.helper, *translator_arguments)
        except (KqlError, OutputNeeded):
            node = None
        start, end = (node.start, node.end) if node is not None else (None, None)
    if start is None:
        last = [each for each in analysis.tree.items("Statements") if each.kind == "ExpressionStatement"][-1]
        start, end = last.start, last.end
    return KqlError(
        error.message, code=error.code, query=analysis.query, start=start, end=end, unsupported=error.unsupported
    )
