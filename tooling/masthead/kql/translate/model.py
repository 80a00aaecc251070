"""What translation makes of KQL: scalar expressions, relations, and the names that stand for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from masthead.kql.translate.types import quote

if TYPE_CHECKING:
    from masthead.kql.language import Node
    from masthead.kql.translate.scope import Environment

_UNKNOWN: Any = object()
_SHALLOW = 2  # calls, such as those of parse_json(tostring(d.a))


@dataclass(frozen=True, slots=True)
class Expr:
    """A scalar in SQL. `type`: its Kusto type. `value`: its Python value when it is a constant (ticks for datetime and
    timespan); see `constant`. `total`: it is never NULL. `extract`: for a member of a dynamic value, the arguments of
    the json_extract that it is, so that a conversion can read it directly. `raw`: its JSON, as `ColumnRef` says. `of`:
    of the text of a dynamic value, the JSON of that. `texts`: of an array of texts, the list in SQL that it is made of,
    so that what takes the array apart again need not; `text`: of one of its elements, that, or NULL."""

    sql: str
    type: str
    value: Any = _UNKNOWN
    total: bool = False
    extract: str | None = None
    raw: str | None = None
    of: str | None = None
    texts: str | None = None
    text: str | None = None

    @property
    def constant(self) -> bool:
        """Whether the value is known while translating."""
        return self.value is not _UNKNOWN

    @property
    def json(self) -> str:
        """Of a dynamic value, its JSON as simply as it can be had; JSON's null is no NULL there."""
        return self.raw or (f"json_extract({self.extract})" if self.extract is not None else self.sql)

    @property
    def direct(self) -> str | None:
        """`extract`, where it reads a column or little else: what names it several times would grow like powers."""
        return self.extract if self.extract is not None and self.extract.count("(") <= _SHALLOW else None

    @property
    def null(self) -> bool:
        """Whether this is a null literal."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of a relation: its KQL name and type, and the identifier it has in SQL (SQL's ignore case).

    `raw`: of a dynamic column, the relation also has its JSON as it was spelled before, in a file or a text; `raw_of`
    names it. Members are read from that, as the other has to be spelled anew first. JSON's null is no NULL there.
    """

    name: str
    type: str
    identifier: str
    raw: bool = False

    @property
    def expr(self) -> Expr:
        """The column as an expression over its relation."""
        raw = quote(raw_of(self.identifier)) if self.raw else None
        extract = f"{raw}, '$'" if raw else None
        return Expr(quote(self.identifier), self.type, total=self.type == "string", extract=extract, raw=raw)


def raw_of(identifier: str) -> str:
    """The identifier of a column's JSON as it was spelled before."""
    return f"{identifier}$raw"


ORDER = "$order"  # BIGINT: the row's place, after sort, top, serialize
HAPPENED = "$happened"  # BIGINT ticks: the TimeGenerated of the table's row that this row was made of
INGESTED = "$ingested"  # BIGINT ticks: when the row was ingested, for ingestion_time()


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows in SQL. `source`: what FROM takes, a table's name or a SELECT in parentheses. `hidden`: identifiers of
    columns that travel with the rows but are no part of the KQL result."""

    source: str
    columns: tuple[ColumnRef, ...]
    hidden: tuple[str, ...] = ()
    named: str | None = None  # the table's or let's name, where it has one
    reading: int | None = None  # which read of a table these rows come from one by one; see translate/readings.py

    @property
    def ordered(self) -> bool:
        """Whether the rows are in a defined order."""
        return ORDER in self.hidden

    @property
    def identifiers(self) -> tuple[str, ...]:
        """All that a row has in SQL."""
        raw = (raw_of(c.identifier) for c in self.columns if c.raw)
        return (*(c.identifier for c in self.columns), *self.hidden, *raw)

    def column(self, name: str) -> ColumnRef | None:
        """The column called `name`, as KQL distinguishes names."""
        return next((c for c in self.columns if c.name == name), None)

    def with_source(self, source: str) -> Relation:
        """The same columns from another source."""
        return replace(self, source=source, named=None)


def identifiers(names: list[str]) -> list[str]:
    """SQL identifiers for KQL names, which may differ in case only: A and a become A and a~1.

    A $ marks the engine's own names, such as ORDER, so it is in none of these.
    """
    taken: set[str] = set()
    out = []
    for given in names:
        name = given.replace("$", "~")
        candidate, n = name, 0
        while candidate.lower() in taken:
            n += 1
            candidate = f"{name}~{n}"
        taken.add(candidate.lower())
        out.append(candidate)
    return out


@dataclass(frozen=True, slots=True)
class Closure:
    """A function that a let statement defines, with the names that were in scope there. `view`: its body, where it is
    a view, which takes part in the wildcards of union, search and find."""

    environment: Environment
    view: Node | None = None


@dataclass(frozen=True, slots=True)
class Pattern(Closure):
    """A pattern that is declared, with the names that were in scope there. `matches`: what it has rows for."""

    matches: tuple[Node, ...] = ()


Binding = Expr | Relation | Closure
