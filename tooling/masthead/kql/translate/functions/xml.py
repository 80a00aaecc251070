"""parse_xml: XML as dynamic. Attributes are @name, a text beside them #text, elements of one name an array."""

from __future__ import annotations

import json
from typing import Any
from xml.parsers import expat

from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_SIZE_LIMIT = 1_048_576  # bytes, Kusto's own
_DEPTH_LIMIT = 200


class _Builder:
    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEPTH_LIMIT:
            raise ValueError(f"{REFUSAL}parse_xml() of elements nested deeper than {_DEPTH_LIMIT}")
        if self._open and self._open[-1][2] and self._open[-1][2][-1].strip():
            self._open[-1][2].append("")  # a further text behind this element is another one
        self._open.append((name, {f"@{key}": value for key, value in attributes.items()}, [""]))

    def text(self, data: str) -> None:
        self._open[-1][2][-1] += data

    def end(self, name: str) -> None:
        _, members, texts = self._open.pop()
        texts = [t.strip() for t in texts if t.strip()]
        if len(texts) > 1:
            raise ValueError(f"{REFUSAL}parse_xml() of texts between elements")
        value: Any = members
        if not members:
            value = texts[0] if texts else None
        elif texts:
            attributes = {k: v for k, v in members.items() if k.startswith("@")}
            value = {**attributes, "#text": texts[0], **{k: v for k, v in members.items() if k not in attributes}}
        owner = self._open[-1][1] if self._open else self.root
        if name not in owner:
            owner[name] = value
        elif isinstance(owner[name], list):
            owner[name].append(value)
        else:
            owner[name] = [owner[name], value]


def _refuse(what: str) -> Any:
    def handler(*_: object) -> None:
        raise ValueError(f"{REFUSAL}parse_xml() of {what}")

    return handler


def _parse_xml(text: str | None) -> str | None:
    if not text or len(text.encode()) > _SIZE_LIMIT:
        return None
    builder, parser = _Builder(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse("a document type")
    parser.StartCdataSectionHandler = _refuse("CDATA")
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        return None
    return json.dumps(builder.root, ensure_ascii=False, separators=(",", ":"))


python_function("kq_parse_xml", ["VARCHAR"], "VARCHAR")(_parse_xml)
scalar("parse_xml", "text", "kq_parse_xml({0})::JSON")
