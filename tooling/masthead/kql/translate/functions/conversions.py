"""Functions that convert: tostring, tolong, parse_json and their kin."""

from __future__ import annotations

import json
import re

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert, text
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import SQL_TYPES, refused, string_literal


@scalar("tostring", "any")
def tostring(call: Call) -> Expr:
    return text(call.arguments[0])


def _to(kusto_type: str) -> None:
    def emit(call: Call) -> Expr:
        return call.arguments[0]

    names = {
        "long": "tolong",
        "int": "toint",
        "real": "todouble toreal",
        "decimal": "todecimal",
        "bool": "tobool toboolean",
        "datetime": "todatetime",
        "timespan": "totimespan totime",
        "guid": "toguid",
    }
    scalar(names[kusto_type], kusto_type)(emit)


for _type in ("long", "int", "real", "decimal", "bool", "datetime", "timespan", "guid"):
    _to(_type)


_COLUMN = re.compile(r'"[^"]+"')


@scalar("parse_json parsejson todynamic toobject", "any")
def parse_json(call: Call) -> Expr:
    """A text parsed as JSON, or itself where it is none; a dynamic as it is."""
    value = call.arguments[0]
    if value.type == "dynamic":
        return value
    if value.type == "string":
        source, name = (value.of, "kq_json_again") if value.of else (value.sql, "kq_json_text")
        text = f"{name}{'_of' if _COLUMN.fullmatch(source) else ''}({source})"
        return Expr(f"kq_json(json({text}))", "dynamic", extract=f"{text}, '$'", raw=text)
    return convert(value, "dynamic", call.translator, call.nodes[0])


def _sorted_json(text: str | None) -> str:
    value = json.loads(text) if text is not None else None
    if not isinstance(value, dict | list):
        return "" if value is None else str(value) if isinstance(value, str) else str(text)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


python_function("kq_sorted_json", ["VARCHAR"], "VARCHAR")(_sorted_json)
scalar("dynamic_to_json", "dynamic", "kq_sorted_json({0}::VARCHAR)")

_STEP = re.compile(r"\.([\w$@-]+)|\[(-?\d+)\]|\[\s*'([^'\"\\*]+)'\s*\]|\[\s*\"([^'\"\\*]+)\"\s*\]")


def json_path(call: Call, index: int) -> str:
    """A constant JSONPath argument as DuckDB writes one. Refuses wildcards, filters and slices."""
    path = call.constant(index)
    if not isinstance(path, str) or not path.startswith("$"):
        raise call.unsupported(f"the JSON path {path}")
    out, place = "$", 1
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            raise call.unsupported(f"the JSON path {path}")
        key = step[1] if step[1] is not None else step[3] if step[3] is not None else step[4]
        if key is None:
            out += f"[{step[2]}]" if not step[2].startswith("-") else f"[#{step[2]}]"
        else:
            out += f'."{key}"'
        place = step.end()
    return out


@scalar("extractjson extract_json", "string, any, string")
def extract_json(call: Call) -> Expr:
    """What a JSON path finds in a text that holds JSON; nothing where the text holds none."""
    path = string_literal(json_path(call, 0))
    source = call.arguments[1]
    if source.type == "dynamic":
        found = f"kq_json(json_extract({source.sql}, {path}))"
    else:
        found = f"kq_json(json_extract(kq_valid_json({text(source).sql}), {path}))"
    wanted = call.type
    if wanted not in SQL_TYPES:
        raise call.unsupported(f"{call.name}() of this type")
    return convert(Expr(found, "dynamic"), wanted, call.translator, call.node)


@scalar("gettype", "any")
def gettype(call: Call) -> Expr:
    value = call.arguments[0]
    if value.type != "dynamic":
        return Expr(string_literal(value.type), "string", value.type, total=True)
    what = refused("gettype() of a dynamic text that may be a time or a guid")
    return Expr(f"kq_gettype({value.sql}, {what})", "string", total=True)


@scalar("tohex", "any, long")
def tohex(call: Call) -> str:
    """Hexadecimal digits, of a negative number those of its 32 or 64 bits; zeros fill them up to at most 16."""
    value = call.arguments[0]
    if value.type not in ("int", "long"):
        raise call.unsupported(f"tohex() of a {value.type}")
    digits = f"lower(to_hex({value.sql}::BIGINT))"
    if value.type == "int":
        digits = f"right({digits}, 8)"
    if call.count == 1:
        return digits
    return f"kq_digits({digits}, {min(call.constant(1), 16)})"
