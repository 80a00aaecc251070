"""Workbooks: what a page of charts and tables asks, and how it shows the answers.

The same model is read from our YAML and from a workbook's own JSON (`content.notebooks`), so that lint and tests know
one kind. Every part keeps `at`, its place in the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from masthead.content.document import ValuePath
from masthead.content.model import Content, addresses


class ParameterType(StrEnum):
    """What a reader of the workbook chooses: a time range, one or more of a list, or a text; or what only a portal
    can offer (`OTHER`: subscriptions, resources, …)."""

    TIME = "time"
    CHOICE = "choice"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be chosen, and how it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookParameter:
    """A parameter, used as `{name}` in queries, texts and titles.

    default: the value at first: a duration for a time range, values for a choice, a text. query: where the choices
    come from, unless they are listed. all_value: what stands for all choices, None when there is no such entry.
    quote, delimiter: around and between several chosen values. example: the values with which the workbook is linted
    and tested, the default where the file gives none.
    """

    at: ValuePath
    name: str
    type: ParameterType
    label: str | None = None
    description: str | None = None
    query: str | None = None
    choices: tuple[Choice, ...] = ()
    default: Any = None
    multiple: bool = False
    all_value: str | None = None
    quote: str = ""
    delimiter: str = ","
    required: bool = False
    hidden: bool = False
    example: tuple[str, ...] | None = None

    @property
    def query_at(self) -> ValuePath:
        """The place of its query."""
        return (*self.at, "query")


@dataclass(frozen=True, slots=True)
class Condition:
    """When a part is shown: while the parameter has this value, or, negated, while it has another."""

    at: ValuePath
    parameter: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What every part of a workbook has. width: in hundredths of the page's. name: unique in the workbook."""

    at: ValuePath
    name: str | None = None
    conditions: tuple[Condition, ...] = ()
    width: int | None = None

    @property
    def called(self) -> str:
        """Its name, or without one its place."""
        return self.name or " ".join(str(step) for step in self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Part):
    """A text in Markdown."""

    markdown: str
    markdown_at: ValuePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters(Part):
    """A row of parameters."""

    parameters: tuple[WorkbookParameter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """A column that a chart, a grid or a tile names. role: what for, in words. is_key: it stands as the key at `at`."""

    at: ValuePath
    column: str
    role: str
    is_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Choosing a row gives the parameter the value of the row's column."""

    at: ValuePath
    column: str
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPart(Part):
    """A query and how its answer is shown.

    visualization: as Azure's workbooks name it (table, timechart, tiles, …). time_parameter: the parameter that bounds
    the rows the query sees, None for one that nothing bounds. logs: whether the query is KQL over a workspace's logs;
    others (Resource Graph, merges, …) cannot be checked here. show: the settings as the file has them.
    """

    query: str
    query_at: ValuePath
    title: str | None = None
    title_at: ValuePath = ()
    visualization: str = "table"
    time_parameter: str | None = None
    time_at: ValuePath | None = None
    columns: tuple[ColumnUse, ...] = ()
    exports: tuple[Export, ...] = ()
    logs: bool = True
    show: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabs(Part):
    """Tabs, or links, that give a parameter a value when they are chosen."""

    parameter: str | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Part):
    """Parts that are shown and hidden together."""

    parts: tuple[Part, ...]
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A query over logs, as it is written: who asks it, by which name, and where it stands."""

    asker: QueryPart | WorkbookParameter
    name: str
    at: ValuePath
    query: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workbook(Content):
    """A workbook. `id` is the name of its resource in Azure; `parts` from top to bottom."""

    id: str | None
    name: str
    description: str
    version: str | None
    metadata: dict[str, Any]
    parts: tuple[Part, ...]

    @property
    def risk_addresses(self) -> tuple[tuple[str | None, str], ...]:
        """The risks it addresses as (slug of the use case, slug of the risk)."""
        return addresses(self.metadata.get("risks") or (), self.use_case)

    def all_parts(self) -> Iterator[Part]:
        """All its parts, those within groups too, from top to bottom."""
        return _flat(self.parts)

    @property
    def parameters(self) -> tuple[WorkbookParameter, ...]:
        """All its parameters, from top to bottom."""
        return tuple(each for part in self.all_parts() if isinstance(part, Parameters) for each in part.parameters)

    @property
    def queries(self) -> tuple[QueryPart, ...]:
        """All its queries, from top to bottom."""
        return tuple(part for part in self.all_parts() if isinstance(part, QueryPart))

    @property
    def questions(self) -> tuple[Question, ...]:
        """All its queries over logs: those of parameters, then those of parts, which without a name go by place."""
        asked = [Question(each, each.name, each.query_at, each.query) for each in self.parameters if each.query]
        for part in self.queries:
            if part.logs and part.query.strip():
                asked.append(Question(part, part.called, part.query_at, part.query))
        return tuple(asked)

    @property
    def tabs(self) -> tuple[Tabs, ...]:
        """All its tabs, from top to bottom."""
        return tuple(part for part in self.all_parts() if isinstance(part, Tabs))

    def defined(self) -> frozenset[str]:
        """The names that can stand in braces: of parameters, of tabs, and of what choosing a row exports."""
        names = {each.name for each in self.parameters}
        names.update(each.parameter for each in self.tabs if each.parameter)
        names.update(each.parameter for part in self.queries for each in part.exports)
        return frozenset(names)


def _flat(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from _flat(part.parts)
