"""Writes SQL: names that nothing else has, common table expressions, and SELECTs over relations."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from masthead.kql.errors import KqlError
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ColumnRef, Expr, Relation, identifiers, raw_of
from masthead.kql.translate.needed import listed
from masthead.kql.translate.scope import Window
from masthead.kql.translate.types import SQL_TYPES, null_of, quote

if TYPE_CHECKING:
    from masthead.kql.language import Column, Node

SQL_LIMIT = 4_000_000  # characters of SQL for one query: a chain of doubling lets stops here, not in memory


class Writer:
    """The SQL of one query as it grows. `parameters`: which of $now, $after, … it uses; `ctes`: what WITH defines."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.parameters: set[str] = set()
        self.ctes: list[str] = []
        self.replaced: set[str] = set()  # columns that parse put in another's place; the binder goes on to see both
        self.deadline: float | None = None  # when the work must be done, on the monotonic clock
        self._size = 0
        self._fresh = 0

    def unsupported(self, what: str, node: Node) -> KqlError:
        """The error for a construct this engine does not speak."""
        return KqlError(
            what, code="MASTHEAD-UNSUPPORTED", query=self.query, start=node.start, end=node.end, unsupported=True
        )

    def wrong(self, message: str, node: Node) -> KqlError:
        """The error for a query that no engine could answer."""
        return KqlError(message, code="MASTHEAD-QUERY", query=self.query, start=node.start, end=node.end)

    def fresh(self, prefix: str) -> str:
        """A name that nothing else in the SQL has."""
        self._fresh += 1
        return f"{prefix}${self._fresh}"

    def parameter(self, name: str) -> str:
        """A value that is given when the SQL runs: now, after, until, ingested_after, ingested_until."""
        self.parameters.add(name)
        return f"${name}"

    def grown(self, sql: str) -> str:
        """The SQL, counted; refuses a query that becomes too large, or takes too long."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            message = "the query takes too long to translate; simplify it"
            raise KqlError(message, code="MASTHEAD-TIME", query=self.query, start=0)
        self._size += len(sql)
        if self._size > 8 * SQL_LIMIT or len(sql) > SQL_LIMIT:
            raise KqlError("the query is too large once its lets and functions are expanded", query=self.query, start=0)
        return sql

    def cte(self, sql: str, name: str = "t", *, materialized: bool = False) -> str:
        """Make a SELECT a common table expression, and return its name, quoted."""
        identifier = quote(self.fresh(name))
        self.ctes.append(f"{identifier} AS {'MATERIALIZED ' if materialized else ''}({self.grown(sql)})")
        return identifier

    def shared(self, relation: Relation, name: str, *, materialized: bool = False) -> Relation:
        """The relation under a name of its own, so that its SQL stands in the query once however often it is read."""
        source = self.cte(f"SELECT * FROM {relation.source} AS s", name, materialized=materialized)
        return Relation(source, relation.columns, relation.hidden, name)

    def once(self, value: Expr) -> Expr:
        """The value computed once, by a common table expression of one row."""
        name = self.cte(f"SELECT {value.sql} AS v", "value", materialized=True)
        return Expr(f"(SELECT v FROM {name})", value.type, total=value.total)

    def select(
        self,
        relation: Relation,
        columns: list[tuple[str, Expr]],
        tail: str = "",
        *,
        keep: bool = True,
        hidden: Mapping[str, str] | None = None,
    ) -> Relation:
        """SELECT the named expressions FROM the relation, `tail` behind (WHERE …, GROUP BY …).

        keep: hidden columns of the relation travel on; hidden: more of them, or others in their place.
        """
        names = identifiers([name for name, _ in columns])
        carried = {h: quote(h) for h in relation.hidden} if keep else {}
        carried |= hidden or {}
        star = _star(relation, columns, names, carried) if keep else None
        parts = star or _list(columns, names, carried, keep)
        refs = tuple(
            ColumnRef(name, e.type if e.type in SQL_TYPES else "dynamic", i, raw=keep and e.raw is not None)
            for (name, e), i in zip(columns, names, strict=True)
        )
        sql = f"(SELECT {parts} FROM {relation.source} AS s{' ' + tail if tail else ''})"
        return Relation(self.grown(sql), refs, tuple(carried))

    def expected(self, node: Node, relation: Relation) -> tuple[Column, ...] | None:
        """The columns that the binder sees after an operator, but for those that parse replaced."""
        if node.columns is None or not self.replaced:
            return node.columns
        have = {c.name for c in relation.columns}
        columns = {
            c.name: c for c in node.columns if c.name in have or c.name.rstrip("0123456789") not in self.replaced
        }
        return tuple(columns.values())

    def shaped(self, relation: Relation, node: Node) -> Relation:
        """The relation with the columns in the binder's order; a disagreement on names or types is refused."""
        want = self.expected(node, relation)
        if want is None:
            return relation
        have = {c.name: c for c in relation.columns}
        if set(have) != {c.name for c in want} or len(have) != len(want):
            raise self.unsupported(
                f"this {node.kind} (the engine would return {sorted(have)}, the language service expects "
                f"{[c.name for c in want]})",
                node,
            )
        ordered = []
        for c in want:
            mine = have[c.name]
            # The binder does not know what some expressions return; the engine does.
            if c.type in SQL_TYPES and mine.type != c.type and c.name not in self.replaced:
                ordered.append((c.name, convert(mine.expr, c.type, self, node)))
            else:
                ordered.append((c.name, mine.expr))
        if [n for n, _ in ordered] == [c.name for c in relation.columns] and all(
            e.sql == quote(c.identifier) for (_, e), c in zip(ordered, relation.columns, strict=True)
        ):
            return relation
        return self.select(relation, ordered)

    def with_windows(self, relation: Relation, windows: list[tuple[str, Window]]) -> Relation:
        """The relation with what prev() and its kin need beside its columns."""
        source = relation.source
        for identifier, sql in windows:
            if callable(sql):
                source = sql(source, quote(identifier))
                continue
            source = self.grown(f"(SELECT *, {sql} AS {quote(identifier)} FROM {source} AS s)")
        return replace(relation, source=source) if windows else relation

    def values(self, relation: Relation) -> list[tuple[str, Expr]]:
        """The columns of a relation as what `select` takes."""
        return [(c.name, c.expr) for c in relation.columns]

    def empty(self, columns: list[tuple[str, str]]) -> Relation:
        """No rows, of these columns (name, type)."""
        names = identifiers([n for n, _ in columns])
        parts = ", ".join(f"{null_of(t)} AS {quote(i)}" for (_, t), i in zip(columns, names, strict=True))
        refs = tuple(ColumnRef(n, t, i) for (n, t), i in zip(columns, names, strict=True))
        return Relation(f"(SELECT {parts or 'NULL AS nothing'} WHERE false)", refs)


def _list(columns: list[tuple[str, Expr]], names: list[str], carried: Mapping[str, str], keep: bool) -> str:
    """The list of a SELECT, column by column; where rows stay what they are, of those columns that are needed."""
    items = [(i, f"{e.sql} AS {quote(i)}") for (_, e), i in zip(columns, names, strict=True)]
    hidden = [sql if sql == quote(h) else f"{sql} AS {quote(h)}" for h, sql in carried.items()]
    if not keep:
        return ", ".join([*(sql for _, sql in items), *hidden]) or "NULL AS nothing"
    items += [(raw_of(i), f"{e.raw} AS {quote(raw_of(i))}") for (_, e), i in zip(columns, names, strict=True) if e.raw]
    return listed(items, hidden)


def _star(
    relation: Relation, columns: list[tuple[str, Expr]], names: list[str], carried: Mapping[str, str]
) -> str | None:
    """The list of a SELECT that keeps all columns of the relation, with * for them; None where it does not.

    Logs have up to hundreds of columns, and SQL is planned column by column.
    """
    kept = relation.columns
    if not kept or len(columns) < len(kept) or any(c.identifier != i for c, i in zip(kept, names, strict=False)):
        return None
    for c, (_, e) in zip(kept, columns, strict=False):
        if c.raw and e.sql != quote(c.identifier):
            return None  # the raw JSON of what it replaces would stay
    changed = [
        f"{e.sql} AS {quote(c.identifier)}"
        for c, (_, e) in zip(kept, columns, strict=False)
        if e.sql != quote(c.identifier)
    ]
    changed += [f"{carried[h]} AS {quote(h)}" for h in relation.hidden if carried[h] != quote(h)]
    new = list(zip(columns, names, strict=True))[len(kept) :]
    added = [(i, f"{e.sql} AS {quote(i)}") for (_, e), i in new]
    added += [
        (raw_of(i), f"{e.raw} AS {quote(raw_of(i))}")
        for (_, e), i in zip(columns, names, strict=True)
        if e.raw and e.sql != quote(i)
    ]
    hidden = [f"{sql} AS {quote(h)}" for h, sql in carried.items() if h not in relation.hidden]
    return listed(added, [f"* REPLACE ({', '.join(changed)})" if changed else "*", *hidden])
