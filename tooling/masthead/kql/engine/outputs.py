"""Output schemas that only the data tells: written into the query, so that the binder knows them as declared ones.

`evaluate bag_unpack(d)` has a column for each key that some row's bag has. The translator then asks (OutputNeeded);
the engine runs what it asks and binds the query again with `: (a:long, …)` behind the plugin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from masthead.kql.errors import KqlError
from masthead.kql.language import Analysis, Column
from masthead.kql.translate.outputs import COLUMNS_LIMIT, OutputNeeded
from masthead.kql.translate.types import SQL_TYPES

PLUGINS_LIMIT = 16  # output schemas in one query: each is a run of all that stands before it


@dataclass(frozen=True, slots=True)
class Written:
    """A query, and what was written into it: (offset in `text`, how many characters), in the order of the text."""

    query: str
    text: str
    inserted: tuple[tuple[int, int], ...] = ()

    def declare(self, place: int, columns: Iterable[Column]) -> Written:
        """The query with an output schema at `place`, an offset of `text`."""
        listed = ", ".join(f"[{json.dumps(c.name, ensure_ascii=False)}]: {c.type}" for c in columns)
        return self.insert(place, f" : ({listed})")

    def insert(self, place: int, added: str) -> Written:
        """The query with more text at `place`, an offset of `text`."""
        text = self.text[:place] + added + self.text[place:]
        moved = [(at + len(added) if at >= place else at, length) for at, length in self.inserted]
        return Written(self.query, text, tuple(sorted([*moved, (place, len(added))])))

    def error(self, error: KqlError) -> KqlError:
        """The error about `text`, with its place in the query that the user wrote."""
        if error.query != self.text or not self.inserted:
            return error
        start, end = self._original(error.start), self._original(error.end)
        return KqlError(
            error.message, code=error.code, query=self.query, start=start, end=end, unsupported=error.unsupported
        )

    def _original(self, offset: int | None) -> int | None:
        if offset is None:
            return None
        return offset - sum(min(length, offset - at) for at, length in self.inserted if at < offset)


def output_columns(needed: OutputNeeded, rows: list[tuple[str | None, str]], analysis: Analysis) -> list[Column]:
    """The columns of a plugin: those that the data told, or without any rows those that the query asks for.

    Nothing comes out of no rows, whatever the columns are called; so a query that names one may have it.
    """
    if len(rows) > COLUMNS_LIMIT + 1:
        raise KqlError(
            f"a plugin whose output has more than {COLUMNS_LIMIT:,} columns",
            code="MASTHEAD-UNSUPPORTED",
            query=analysis.query,
            start=needed.node.start,
            unsupported=True,
        )
    if rows:
        return needed.columns([(name, kind) for name, kind in rows if name is not None])
    names = dict.fromkeys(
        node.simple_name
        for node in analysis.tree.walk(into_calls=True)
        if node.kind == "NameReference" and node.type == "unknown" and node.simple_name
    )
    own = {c.name for c in needed.known}
    return [*needed.known, *(Column(name, "dynamic") for name in names if name not in own)]


def refuse_untyped(columns: Iterable[Column], analysis: Analysis, node_start: int) -> None:
    """Refuse columns that an output schema cannot declare."""
    for column in columns:
        if not column.name or column.type not in SQL_TYPES:
            what = f"a plugin whose output has a column {column.name!r} of type {column.type}"
            raise KqlError(what, code="MASTHEAD-UNSUPPORTED", query=analysis.query, start=node_start, unsupported=True)
