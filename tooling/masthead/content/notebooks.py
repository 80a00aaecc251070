"""Reads a workbook from Azure's own JSON, Notebook/1.0, as far as lint and tests need it.

Such a file is built as it stands; what is not read here is kept. Names and codes: https://github.com/microsoft/
Application-Insights-Workbooks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from masthead.content.document import Document, ValuePath
from masthead.content.durations import iso_duration
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile
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

NOTEBOOK = "Notebook/1.0"
_LOGS = 0
_LONGEST = 999_999 * 86_400_000  # milliseconds: a duration has at most so many days
_TYPES = {1: ParameterType.TEXT, 2: ParameterType.CHOICE, 4: ParameterType.TIME, 10: ParameterType.CHOICE}


def read_notebook(document: Document, file: ContentFile) -> Workbook:
    """The workbook in `document`; raises ContentError MH008 for JSON that is no Notebook/1.0."""
    data = document.data
    if not isinstance(data, dict) or data.get("version") != NOTEBOOK or not isinstance(data.get("items"), list):
        hint = "Export it from the portal: the workbook's advanced editor shows the gallery template."
        raise ContentError(document.finding("MH008", f"this is no workbook of the kind {NOTEBOOK}", hint=hint))
    return Workbook(
        file=file,
        document=document,
        id=None,
        name=_text(data.get("name")) or file.slug.replace("-", " ").capitalize(),
        description="",
        version=None,
        metadata={},
        parts=tuple(_parts(data["items"], ("items",))),
    )


def _parts(items: Any, at: ValuePath) -> Iterator[Part]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("content"), dict):
            yield _part(item, item["content"], (*at, index))


def _part(item: dict[str, Any], content: dict[str, Any], at: ValuePath) -> Part:
    width = _text(item.get("customWidth"))
    common: dict[str, Any] = {
        "at": at,
        "name": _text(item.get("name")),
        "conditions": tuple(_conditions(item, at)),
        "width": int(width) if width and width.isdigit() else None,
    }
    inside = (*at, "content")
    match item.get("type"):
        case 3:
            return _query(content, inside, common)
        case 9:
            listed = content.get("parameters")
            return Parameters(
                **common,
                parameters=tuple(
                    _parameter(each, (*inside, "parameters", index))
                    for index, each in enumerate(listed if isinstance(listed, list) else ())
                    if isinstance(each, dict) and _text(each.get("name"))
                ),
            )
        case 11:
            return _links(content, common)
        case 12:
            return Group(**common, title=_text(content.get("title")), parts=tuple(_parts(content.get("items"),
                         (*inside, "items"))))  # fmt: skip
        case _:
            return Text(**common, markdown=_text(content.get("json")) or "", markdown_at=(*inside, "json"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _conditions(item: dict[str, Any], at: ValuePath) -> Iterator[Condition]:
    listed = item.get("conditionalVisibilities")
    places: list[tuple[ValuePath, Any]] = [((*at, "conditionalVisibility"), item.get("conditionalVisibility"))]
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        places.append(((*at, "conditionalVisibilities", index), each))
    for place, each in places:
        if isinstance(each, dict) and _text(each.get("parameterName")):
            negated = each.get("comparison") == "isNotEqualTo"
            yield Condition(place, each["parameterName"], str(each.get("value") or ""), negated)


def _query(content: dict[str, Any], at: ValuePath, common: dict[str, Any]) -> QueryPart:
    fixed = isinstance(content.get("timeContext"), dict) and content["timeContext"].get("durationMs")
    time = _text(content.get("timeContextFromParameter"))
    return QueryPart(
        **common,
        query=content["query"] if isinstance(content.get("query"), str) else "",
        query_at=(*at, "query"),
        title=_text(content.get("title")),
        title_at=(*at, "title"),
        visualization=_text(content.get("visualization")) or "table",
        time_parameter=time,
        time_at=(*at, "timeContextFromParameter") if time else (*at, "timeContext") if fixed else None,
        columns=tuple(_columns(content, at)),
        exports=tuple(_exports(content, at)),
        logs=content.get("queryType", _LOGS) == _LOGS,
    )


def _columns(content: dict[str, Any], at: ValuePath) -> Iterator[ColumnUse]:
    """The columns that its chart names. Formatters match columns by pattern, and may match none."""
    chart = content.get("chartSettings")
    if not isinstance(chart, dict):
        return
    for key, role in (("xAxis", "the x axis"), ("group", "the series")):
        if _text(chart.get(key)):
            yield ColumnUse(at=(*at, "chartSettings", key), column=chart[key], role=role)
    y = chart.get("yAxis")
    for index, column in enumerate(y if isinstance(y, list) else ()):
        if _text(column):
            yield ColumnUse(at=(*at, "chartSettings", "yAxis", index), column=column, role="the y axis")


def _exports(content: dict[str, Any], at: ValuePath) -> Iterator[Export]:
    listed = content.get("exportedParameters")
    places: list[tuple[ValuePath, Any, str, str]] = [(at, content, "exportFieldName", "exportParameterName")]
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        places.append(((*at, "exportedParameters", index), each, "fieldName", "parameterName"))
    for place, each, column, parameter in places:
        if isinstance(each, dict) and _text(each.get(parameter)):
            yield Export(at=(*place, parameter), column=_text(each.get(column)) or "", parameter=each[parameter])
    brush = content.get("timeBrushParameterName")
    if _text(brush):
        yield Export(at=(*at, "timeBrushParameterName"), column="", parameter=str(brush))


def _links(content: dict[str, Any], common: dict[str, Any]) -> Tabs:
    links = [each for each in content.get("links") or () if isinstance(each, dict)]
    setting = [each for each in links if each.get("linkTarget") == "parameter" and _text(each.get("cellValue"))]
    choices = tuple(Choice(str(e.get("subTarget") or ""), str(e.get("linkLabel") or "")) for e in setting)
    return Tabs(**common, parameter=setting[0]["cellValue"] if setting else None, choices=choices)


def _parameter(data: dict[str, Any], at: ValuePath) -> WorkbookParameter:
    settings = data.get("typeSettings") if isinstance(data.get("typeSettings"), dict) else {}
    options = settings.get("additionalResourceOptions") or ()
    kind = _TYPES.get(data.get("type", 0), ParameterType.OTHER)
    return WorkbookParameter(
        at=at,
        name=data["name"],
        type=kind,
        label=_text(data.get("label")),
        query=_text(data.get("query")) if data.get("queryType", _LOGS) == _LOGS else None,
        choices=_listed(data.get("jsonData")),
        default=_default(data.get("value"), kind),
        multiple=bool(data.get("multiSelect")),
        all_value=str(settings.get("selectAllValue") or "") if "value::all" in options else None,
        quote=_text(data.get("quote")) or "",
        delimiter=_text(data.get("delimiter")) or ",",
        required=bool(data.get("isRequired")),
        hidden=bool(data.get("isHiddenWhenLocked")),
    )


def _default(value: Any, kind: ParameterType) -> Any:
    if kind is ParameterType.TIME:
        milliseconds = value.get("durationMs") if isinstance(value, dict) else None
        usable = isinstance(milliseconds, int) and 1000 <= milliseconds <= _LONGEST
        return iso_duration(timedelta(milliseconds=milliseconds)) if usable else None
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return value if isinstance(value, str) else None


def _listed(text: Any) -> tuple[Choice, ...]:
    """The choices of a list in JSON, which stands as a text in the workbook."""
    try:
        listed = json.loads(text) if isinstance(text, str) else ()
    except ValueError:
        return ()
    return tuple(
        Choice(str(each.get("value", "")), str(each.get("label", each.get("value", ""))))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    )
