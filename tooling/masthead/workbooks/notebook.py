"""Makes of a workbook the JSON that Azure keeps, Notebook/1.0: the same workbook always gives the same text.

Key names and codes are those of Azure's workbooks; their gallery documents formatters and sizes
(https://github.com/microsoft/Application-Insights-Workbooks).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from masthead.content.durations import parse_duration
from masthead.content.workbooks import (
    Condition,
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

LOGS = "microsoft.operationalinsights/workspaces"
_SCHEMA = "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json"
_TYPES = {ParameterType.TEXT: 1, ParameterType.CHOICE: 2, ParameterType.TIME: 4}
_SIZES = {"medium": 0, "small": 1, "large": 2, "full": 3, "tiny": 4}
_FORMATTERS = {"text": 1, "bar": 3, "hidden": 5, "datetime": 6, "link": 7, "heatmap": 8, "icons": 18}
_BIG_NUMBER = 12
_ICONS = {"warning": "2", "error": "4"}  # the others are called by their names
_DAY = 86_400_000  # milliseconds


def notebook_text(workbook: Workbook) -> str:
    """The JSON of the workbook, as the portal's advanced editor takes it."""
    return json.dumps(notebook(workbook), indent=2, ensure_ascii=False) + "\n"


def notebook(workbook: Workbook) -> dict[str, Any]:
    """The workbook as Notebook/1.0; one that was read from such JSON is given back as it stands in its file."""
    if workbook.id is None:
        return workbook.document.data
    maker = _Maker(UUID(workbook.id))
    return {
        "version": "Notebook/1.0",
        "items": [maker.item(part) for part in workbook.parts],
        "fallbackResourceIds": [],
        "fromTemplateId": f"masthead-{workbook.slug}",
        "$schema": _SCHEMA,
    }


class _Maker:
    """Makes items. Ids are derived from the workbook's own, so that they stay the same."""

    def __init__(self, workbook: UUID) -> None:
        self.workbook = workbook

    def item(self, part: Part) -> dict[str, Any]:
        made: dict[str, Any] = {"type": _kind(part), "content": self.content(part)}
        if len(part.conditions) == 1:
            made["conditionalVisibility"] = _condition(part.conditions[0])
        elif part.conditions:
            made["conditionalVisibilities"] = [_condition(each) for each in part.conditions]
        if part.width is not None:
            made["customWidth"] = str(part.width)
        made["name"] = part.called
        return made

    def content(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Text):
            return {"json": part.markdown.rstrip("\n")}
        if isinstance(part, Parameters):
            return {
                "version": "KqlParameterItem/1.0",
                "parameters": [self.parameter(each) for each in part.parameters],
                "style": "pills",
                "queryType": 0,
                "resourceType": LOGS,
            }
        if isinstance(part, Tabs):
            return {"version": "LinkItem/1.0", "style": "tabs", "links": self.tabs(part)}
        if isinstance(part, Group):
            title = {"title": part.title} if part.title else {}
            items = [self.item(each) for each in part.parts]
            return {"version": "NotebookGroup/1.0", "groupType": "editable", **title, "items": items}
        assert isinstance(part, QueryPart)
        return _query(part)

    def tabs(self, part: Tabs) -> list[dict[str, Any]]:
        return [
            {
                "id": self.id(f"{part.parameter}/{each.value}"),
                "cellValue": part.parameter,
                "linkTarget": "parameter",
                "linkLabel": each.label,
                "subTarget": each.value,
                "style": "link",
            }
            for each in part.choices
        ]

    def parameter(self, parameter: WorkbookParameter) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": self.id(parameter.name),
            "version": "KqlParameterItem/1.0",
            "name": parameter.name,
            "type": _TYPES[parameter.type],
            "isRequired": parameter.required,
        }
        optional = {"label": parameter.label, "description": parameter.description}
        made |= {key: value for key, value in optional.items() if value is not None}
        if parameter.hidden:
            made["isHiddenWhenLocked"] = True
        if parameter.type is ParameterType.TIME:
            return made | _times(parameter)
        if parameter.type is ParameterType.TEXT:
            return made | {"value": parameter.default or ""}
        return made | _choices(parameter)

    def id(self, name: str) -> str:
        return str(uuid5(self.workbook, name))


def _kind(part: Part) -> int:
    return {Text: 1, QueryPart: 3, Parameters: 9, Tabs: 11, Group: 12}[type(part)]


def _condition(condition: Condition) -> dict[str, Any]:
    comparison = "isNotEqualTo" if condition.negated else "isEqualTo"
    return {"parameterName": condition.parameter, "comparison": comparison, "value": condition.value}


def milliseconds(duration: str) -> int:
    """A duration like 7d in milliseconds."""
    return round(parse_duration(duration).total_seconds() * 1000)


def _times(parameter: WorkbookParameter) -> dict[str, Any]:
    ranges = [{"durationMs": milliseconds(each.value)} for each in parameter.choices]
    value = milliseconds(parameter.default) if parameter.default else _DAY
    return {"value": {"durationMs": value}, "typeSettings": {"selectableValues": ranges, "allowCustom": True}}


def _choices(parameter: WorkbookParameter) -> dict[str, Any]:
    settings: dict[str, Any] = {"additionalResourceOptions": ["value::all"] if parameter.all_value else []}
    if parameter.all_value:
        settings["selectAllValue"] = parameter.all_value
    settings["showDefault"] = False
    made: dict[str, Any] = {}
    if parameter.multiple:
        made |= {"multiSelect": True, "quote": parameter.quote, "delimiter": parameter.delimiter}
    if parameter.query is not None:
        made |= {"query": parameter.query.rstrip("\n"), "queryType": 0, "resourceType": LOGS}
    else:
        listed = [{"value": each.value, "label": each.label} for each in parameter.choices]
        made["jsonData"] = json.dumps(listed, ensure_ascii=False)
    made["typeSettings"] = settings
    default = parameter.default
    if default is None and parameter.all_value:
        default = ["value::all"] if parameter.multiple else "value::all"
    if default is not None:
        made["value"] = [default] if parameter.multiple and isinstance(default, str) else default
    return made


def _query(part: QueryPart) -> dict[str, Any]:
    show = part.show
    made: dict[str, Any] = {
        "version": "KqlItem/1.0",
        "query": part.query.rstrip("\n"),
        "size": _SIZES[show.get("size", "medium")],
    }
    if part.title:
        made["title"] = part.title
    if "empty" in show:
        made["noDataMessage"] = show["empty"]
    if part.time_parameter:
        made["timeContextFromParameter"] = part.time_parameter
    if part.exports:
        made |= {"exportFieldName": part.exports[0].column, "exportParameterName": part.exports[0].parameter}
    made |= {"queryType": 0, "resourceType": LOGS, "visualization": part.visualization}
    if "chart" in show:
        made["chartSettings"] = _chart(show["chart"])
    if grid := _grid(show):
        made["gridSettings"] = grid
    if "tiles" in show:
        made["tileSettings"] = _tiles(show["tiles"])
    if "sort" in show:
        made["sortBy"] = _order(show["sort"])
    return made


def _chart(chart: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if "x" in chart:
        made["xAxis"] = chart["x"]
    if "y" in chart:
        made["yAxis"] = [chart["y"]] if isinstance(chart["y"], str) else list(chart["y"])
    if "series" in chart:
        made["group"] = chart["series"]
    if "other" in chart:
        made["createOtherGroup"] = chart["other"]
    if "legend" in chart:
        made["showLegend"] = chart["legend"]
    if "series labels" in chart:
        made["seriesLabelSettings"] = [{"seriesName": name, **each} for name, each in chart["series labels"].items()]
    return made


def _grid(show: Mapping[str, Any]) -> dict[str, Any]:
    columns = show.get("columns") or {}
    made: dict[str, Any] = {}
    if formatters := [_formatter(name, each) for name, each in columns.items() if {"format", "width"} & each.keys()]:
        made["formatters"] = formatters
    if "limit" in show:
        made["rowLimit"] = show["limit"]
    if "filter" in show:
        made["filter"] = show["filter"]
    if "sort" in show:
        made["sortBy"] = _order(show["sort"])
    if labels := [{"columnId": name, "label": each["label"]} for name, each in columns.items() if "label" in each]:
        made["labelSettings"] = labels
    return made


def _order(sort: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"itemKey": each["column"], "sortOrder": 2 if each.get("descending") else 1} for each in sort]


def _formatter(name: str, column: Mapping[str, Any]) -> dict[str, Any]:
    # The column is matched by a pattern, so its name is anchored.
    form = column.get("format", "text")
    options: dict[str, Any] = {}
    if "width" in column:
        options["customColumnWidthSetting"] = column["width"]
    if form in ("bar", "heatmap"):
        options["palette"] = column.get("color", "blue")
    if form == "link":
        options["linkTarget"] = "Url"
    if form == "icons":
        options |= {"thresholdsOptions": "icons", "thresholdsGrid": [_icon(each) for each in column.get("icons") or ()]}
    made: dict[str, Any] = {"columnMatch": f"^{name}$", "formatter": _FORMATTERS[form]}
    return made | ({"formatOptions": options} if options else {})


def _icon(icon: Mapping[str, Any]) -> dict[str, Any]:
    which = {"operator": icon.get("operator", "==" if "value" in icon else "Default")}
    value = {"thresholdValue": icon["value"]} if "value" in icon else {}
    shown = {"representation": _ICONS.get(icon["icon"], icon["icon"]), "text": icon.get("text", "{0}{1}")}
    return which | value | shown


def _tiles(tiles: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"titleContent": {"columnMatch": tiles["title"], "formatter": 1}}
    if "subtitle" in tiles:
        made["subtitleContent"] = {"columnMatch": tiles["subtitle"], "formatter": 1}
    if "value" in tiles:
        number = {"unit": 17, "options": {"style": "decimal", "maximumFractionDigits": 1}}
        made["leftContent"] = {"columnMatch": tiles["value"], "formatter": _BIG_NUMBER, "numberFormat": number}
    return made | {"showBorder": True}
