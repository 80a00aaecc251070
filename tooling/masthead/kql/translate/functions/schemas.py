"""The shape of dynamic values: buildschema()'s types, treepath()'s paths."""

from __future__ import annotations

import json
import re
from typing import Any

from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_INDEXER = "`indexer`"
# A datetime, a timespan and a guid in a dynamic value are texts here, which Kusto would call by their own types.
_TYPED = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z|-?(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


class _Schema:
    """The types of values seen at one place: names of primitive types, and at most one container."""

    def __init__(self) -> None:
        self.kinds: list[str] = []  # "{" and "[" stand for the containers
        self.members: dict[str, _Schema] = {}

    def see(self, value: Any) -> None:
        kind = _kind(value)
        if kind not in self.kinds:
            self.kinds.append(kind)
        if {"{", "["} <= set(self.kinds):
            raise ValueError(f"{REFUSAL}buildschema() of a place that holds a bag here and an array there")
        inner = value.items() if kind == "{" else ((_INDEXER, v) for v in value) if kind == "[" else ()
        for name, member in inner:
            self.members.setdefault(name, _Schema()).see(member)

    def shown(self) -> Any:
        if "[" in self.kinds and not self.members:
            raise ValueError(f"{REFUSAL}buildschema() of arrays that are all empty, whose schema is not documented")
        listed = [
            {name: schema.shown() for name, schema in self.members.items()} if kind in "{[" else kind
            for kind in self.kinds
        ]
        return listed[0] if len(listed) == 1 else listed


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "{"
    if isinstance(value, list):
        return "["
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "long"
    if isinstance(value, float):
        return "double"
    if isinstance(value, str) and not _TYPED.fullmatch(value):
        return "string"
    what = "null" if value is None else "a text that may be a time or a guid"
    raise ValueError(f"{REFUSAL}buildschema() of {what}, whose schema is not documented")


@python_function("kq_schema", ["VARCHAR[]"], "VARCHAR")
def schema(texts: list[str | None] | None) -> str | None:
    """The least schema that all values have; null where there are none."""
    if not texts:
        return None
    seen = _Schema()
    for text in texts:
        seen.see(None if text is None else json.loads(text))
    return json.dumps(seen.shown(), ensure_ascii=False, separators=(",", ":"))


def _paths(value: Any, path: str, found: dict[str, None]) -> None:
    if isinstance(value, dict):
        inner = []
        for key, member in value.items():
            if "'" in key or "\\" in key:
                raise ValueError(f"{REFUSAL}treepath() of a key with a quote or a backslash")
            inner.append((f"{path}['{key}']", member))
    else:
        inner = [(f"{path}[0]", member) for member in value] if isinstance(value, list) else []
    for place, member in inner:
        found[place] = None
        _paths(member, place, found)


@python_function("kq_treepath", ["VARCHAR"], "VARCHAR")
def treepath(text: str | None) -> str | None:
    """The paths of all members, each once; [0] stands for any element of an array."""
    value = None if text is None else json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"{REFUSAL}treepath() of a value that is no property bag")
    found: dict[str, None] = {}
    _paths(value, "", found)
    return json.dumps(list(found), ensure_ascii=False, separators=(",", ":"))


scalar("treepath", "dynamic", "kq_treepath({0}::VARCHAR)::JSON")
