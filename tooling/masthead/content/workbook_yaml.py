"""Reads a workbook from our YAML: what it asks and how it shows it, without what Azure's JSON repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from masthead.content.document import Document, ValuePath
from masthead.content.durations import parse_duration
from masthead.content.finding import ContentError, Finding
from masthead.content.layout import ContentFile, Kind
from masthead.content.schema import checked_data
from masthead.content.workbooks import (
    Choice,
    ColumnUse,
    Condition,
    Export,
    Group,
    Parameters,
    ParameterType,
    Part,
    QueryPart,
    Tabs,
    Text,
    Workbook,
    WorkbookParameter,
)

_COMMON = frozenset({"name", "when", "width"})
_OWN_KEYS = {
    "text": frozenset({"text"}),
    "parameters": frozenset({"parameters"}),
    "query": frozenset(
        {"query", "title", "visualization", "time", "size", "empty", "chart", "columns", "tiles", "sort", "limit"}
        | {"filter", "select"}
    ),
    "group": frozenset({"group", "items"}),
    "tabs": frozenset({"tabs", "choices"}),
}
"""Which keys belong to which kind of item; the kind is told by the key that only it has."""

ALL = "*"
"""What stands for all choices of a parameter."""


def read_workbook(document: Document, file: ContentFile) -> Workbook:
    """The workbook in `document`; raises ContentError with what its schema refuses, MH008 for items of no kind and for
    time ranges that are no durations."""
    data = checked_data(document, Kind.WORKBOOK, strict=True)
    if problems := [*_misplaced(document, data["items"], ("items",)), *_no_durations(document, data)]:
        raise ContentError(problems)
    reader = _Reader(data)
    top = data.get("parameters")
    first: tuple[Part, ...] = ()
    if top:
        first = (Parameters(at=("parameters",), name="parameters", parameters=reader.parameters(top, ("parameters",))),)
    return Workbook(
        file=file,
        document=document,
        id=data["id"],
        name=data["name"],
        description=data["description"],
        version=data["version"],
        metadata=data.get("metadata") or {},
        parts=(*first, *reader.parts(data["items"], ("items",))),
    )


def _misplaced(document: Document, items: list[dict[str, Any]], at: ValuePath) -> Iterator[Finding]:
    """What is wrong with items that are of no kind, or of two, or have keys of another."""
    for index, item in enumerate(items):
        place = (*at, index)
        kinds = [kind for kind in _OWN_KEYS if kind in item]
        if len(kinds) != 1:
            problem = "is of no kind" if not kinds else f"is of {len(kinds)} kinds ({', '.join(kinds)})"
            hint = f"An item has one of the keys {', '.join(_OWN_KEYS)}."
            yield document.finding("MH008", f"this item {problem}", place, hint=hint)
            continue
        for key in item:
            if key not in _OWN_KEYS[kinds[0]] | _COMMON:
                yield document.finding("MH008", f"{key} does not belong to a {kinds[0]} item", (*place, key), key=True)
        if kinds[0] == "group":
            yield from _misplaced(document, item["items"], (*place, "items"))


def _no_durations(document: Document, data: dict[str, Any]) -> Iterator[Finding]:
    """What stands in a time range where a duration belongs."""
    for at, parameter in _parameters_of(data):
        if parameter["type"] != "time":
            continue
        written = [((*at, key), parameter[key]) for key in ("default", "example") if key in parameter]
        for index, choice in enumerate(parameter.get("choices") or ()):
            written.append(((*at, "choices", index), choice["value"] if isinstance(choice, dict) else choice))
        for place, text in written:
            try:
                parse_duration(text if isinstance(text, str) else str(text))
            except ValueError as error:
                yield document.finding("MH008", str(error), place)


class _Reader:
    """Makes parts; knows the workbook's time parameter, which bounds every query that says nothing else."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.time = next((each["name"] for _, each in _parameters_of(data) if each["type"] == "time"), None)

    def parts(self, items: list[dict[str, Any]], at: ValuePath) -> tuple[Part, ...]:
        return tuple(self.part(item, (*at, index)) for index, item in enumerate(items))

    def part(self, item: dict[str, Any], at: ValuePath) -> Part:
        common: dict[str, Any] = {
            "at": at,
            "name": item.get("name"),
            "conditions": _conditions(item.get("when"), (*at, "when")),
            "width": item.get("width"),
        }
        if "text" in item:
            return Text(**common, markdown=item["text"], markdown_at=(*at, "text"))
        if "parameters" in item:
            return Parameters(**common, parameters=self.parameters(item["parameters"], (*at, "parameters")))
        if "tabs" in item:
            return Tabs(**common, parameter=item["tabs"], choices=_choices(item["choices"]))
        if "group" in item:
            return Group(**common, title=item["group"], parts=self.parts(item["items"], (*at, "items")))
        return self.query(item, common)

    def query(self, item: dict[str, Any], common: dict[str, Any]) -> QueryPart:
        at: ValuePath = common["at"]
        select = item.get("select")
        return QueryPart(
            **common,
            query=item["query"],
            query_at=(*at, "query"),
            title=item.get("title"),
            title_at=(*at, "title"),
            visualization=item.get("visualization", "table"),
            time_parameter=item.get("time", self.time),
            time_at=(*at, "time") if "time" in item else None,
            columns=tuple(_columns(item, at)),
            exports=(Export(at=(*at, "select"), **select),) if select else (),
            show={key: item[key] for key in ("size", "empty", "chart", "columns", "tiles", "sort", "limit", "filter")
                  if key in item},
        )  # fmt: skip

    def parameters(self, listed: list[dict[str, Any]], at: ValuePath) -> tuple[WorkbookParameter, ...]:
        return tuple(_parameter(each, (*at, index)) for index, each in enumerate(listed))


def _parameters_of(data: dict[str, Any], at: ValuePath = ()) -> Iterator[tuple[ValuePath, dict[str, Any]]]:
    """All parameters, those of items too, each with its place."""
    yield from (((*at, "parameters", index), each) for index, each in enumerate(data.get("parameters") or ()))
    for index, item in enumerate(data.get("items") or ()):
        yield from _parameters_of(item, (*at, "items", index))


def _parameter(data: dict[str, Any], at: ValuePath) -> WorkbookParameter:
    multiple = data.get("multiple", False)
    example = data.get("example")
    return WorkbookParameter(
        at=at,
        name=data["name"],
        type=ParameterType(data["type"]),
        label=data.get("label"),
        description=data.get("description"),
        query=data.get("query"),
        choices=_choices(data.get("choices") or ()),
        default=data.get("default"),
        multiple=multiple,
        all_value=ALL if data.get("all") else None,
        quote="'" if multiple else "",
        required=data.get("required", True),
        hidden=data.get("hidden", False),
        example=None if example is None else tuple(example if isinstance(example, list) else [example]),
    )


def _choices(listed: Any) -> tuple[Choice, ...]:
    return tuple(
        Choice(each["value"], each.get("label", each["value"])) if isinstance(each, dict) else Choice(each, each)
        for each in listed
    )


def _conditions(written: Any, at: ValuePath) -> tuple[Condition, ...]:
    return tuple(
        Condition((*at, index), each["parameter"], each.get("is", each.get("is not", "")), "is not" in each)
        for index, each in enumerate(written or ())
    )


def _columns(item: dict[str, Any], at: ValuePath) -> Iterator[ColumnUse]:
    """The columns of its answer that the settings of a query name."""
    chart = item.get("chart") or {}
    for key, role in (("x", "the x axis"), ("series", "the series")):
        if key in chart:
            yield ColumnUse(at=(*at, "chart", key), column=chart[key], role=role)
    y = chart.get("y", ())
    for index, column in enumerate([y] if isinstance(y, str) else y):
        place = (*at, "chart", "y") if isinstance(y, str) else (*at, "chart", "y", index)
        yield ColumnUse(at=place, column=column, role="the y axis")
    for column in item.get("columns") or {}:
        yield ColumnUse(at=(*at, "columns", column), column=column, role="a column of the table", is_key=True)
    for key, column in (item.get("tiles") or {}).items():
        yield ColumnUse(at=(*at, "tiles", key), column=column, role=f"the tiles' {key}")
    for index, each in enumerate(item.get("sort") or ()):
        yield ColumnUse(at=(*at, "sort", index, "column"), column=each["column"], role="the order")
    if "select" in item:
        yield ColumnUse(at=(*at, "select", "column"), column=item["select"]["column"], role="the value to export")
