"""Subqueries within lambdas, which DuckDB does not run: what toscalar() gives is put beside the lambda instead."""

from __future__ import annotations

import re
from functools import cache

from masthead.kql.translate import registry

# What toscalar() becomes (`expressions.calls.to_scalar`), and what of other SQL tells where a lambda is. Texts come
# first: what one spells is none of these.
_PIECE = re.compile(
    r"""'(?:[^']|'')*' | (?P<scalar>\(SELECT\ v\ FROM\ "[^"]+"\)) | "(?:[^"]|"")*" | (?P<lambda>\blambda\ [\w,\ ]+:)
    | (?P<word>(?<![\w.$])[A-Za-z_]\w*)? (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<comma>,)
    | (?P<name>(?<![\w.$])[A-Za-z_]\w*)""",
    re.VERBOSE,
)


def beside_lambdas(sql: str) -> str:
    """The SQL of a scalar; where a lambda would hold what toscalar() gives, that is bound around all of it."""
    if "(SELECT v FROM " not in sql or not _held(sql, frozenset(), scalars=True):
        return sql
    scalars = dict.fromkeys(piece["scalar"] for piece in _PIECE.finditer(sql) if piece["scalar"])
    bound = f"kq_beside_{len(sql)}"  # an expression around this one is longer
    fields = {scalar: f"v{index}" for index, scalar in enumerate(scalars)}
    within = _PIECE.sub(lambda piece: f"{bound}.{fields[piece['scalar']]}" if piece["scalar"] else piece[0], sql)
    values = ", ".join(f"'{field}': {scalar}" for scalar, field in fields.items())
    return f"list_transform([{{{values}}}], lambda {bound}: {within})[1]"


def _held(sql: str, names: frozenset[str], *, scalars: bool = False) -> set[str]:
    """Which of `names` stand within a lambda once macros are written out; `scalars`: also what toscalar() gives."""
    held: set[str] = set()
    open_: list[tuple[frozenset[int], int, bool]] = []  # arguments that a macro puts in a lambda, which this is, lambda
    for piece in _PIECE.finditer(sql):
        if piece["open"]:
            open_.append((_captured(piece["word"] or ""), 0, False))
        elif piece["close"] and open_:
            open_.pop()
        elif open_ and piece["comma"]:
            captured, index, _ = open_[-1]
            open_[-1] = (captured, index + 1, False)
        elif open_ and piece["lambda"]:
            open_[-1] = (*open_[-1][:2], True)
        elif ((scalars and piece["scalar"]) or piece["name"] in names) and any(
            within or index in captured for captured, index, within in open_
        ):
            held.add(piece["name"] or piece["scalar"])
    return held


@cache
def _captured(macro: str) -> frozenset[int]:
    """Which arguments of a macro stand within a lambda of it, or of a macro that it uses."""
    definition = registry.MACROS.get(macro)
    if definition is None:
        return frozenset()
    head, body = definition.split(") AS ", 1)
    parameters = [p.strip() for p in head.strip().removeprefix("(").split(",")]
    held = _held(body, frozenset(parameters))
    return frozenset(index for index, parameter in enumerate(parameters) if parameter in held)
