"""Data as the text of a content file, in the style of our own: long texts as blocks, short lists on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from masthead.content.nodes import plain_value

WIDTH = 120
"""How long a line may be that holds a list or a mapping."""

BLOCKS = ("description", "query")
"""The keys whose texts are blocks however short they are: somebody will add a line."""

_INDENT = "  "
_UNUSUAL = r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
"""What is not printed, or not allowed in YAML but as an escape."""

_SPECIAL = re.compile(rf"""\A[\s\-?:,\[\]{{}}#&*!|>'"%@`=<]|:(\s|$)|\s#|\s\Z|{_UNUSUAL}""")
"""Why a text is no plain scalar: how it begins, what is within, how it ends."""

_SPECIAL_IN_FLOW = re.compile(r"[,\[\]{}]")
_OLD_WORDS = re.compile(r"(?i)y|n|yes|no|on|off|[0-9][0-9_:.-]*")
"""What readers of YAML 1.1 take for something else than a text."""

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_NOT_IN_BLOCK = re.compile(rf"(?![\t\n]){_UNUSUAL}")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_yaml(data: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """The file. `comments`: what stands behind the values of keys at the top, which are on one line."""
    lines: list[str] = []
    for key, value in data.items():
        first, *rest = entry(key, value, 0)
        comment = (comments or {}).get(key)
        lines += [f"{first}  # {comment}" if comment else first, *rest]
    return "\n".join(lines) + "\n"


def entry(key: str, value: Any, depth: int) -> list[str]:
    """The lines of a key and its value in a mapping that is indented `depth` times."""
    name = scalar(key)
    if key in BLOCKS and isinstance(value, str) and (block := _block(value, depth + 1)):
        return [f"{_INDENT * depth}{name}: {block[0]}", *block[1:]]
    first, *rest = lines_of(value, depth, len(name) + 2)
    return [f"{_INDENT * depth}{name}:{f' {first}' if first else ''}", *rest]


def lines_of(value: Any, depth: int, before: int) -> list[str]:
    """The lines of a value whose key stands at `depth`; the first goes behind the key, which takes `before` columns."""
    room = WIDTH - len(_INDENT) * depth - before
    if isinstance(value, str) and "\n" in value and (block := _block(value, depth + 1)):
        return block
    if isinstance(value, Mapping) and value:
        return ["", *(line for key, each in value.items() for line in entry(key, each, depth + 1))]
    if isinstance(value, list) and value:
        if not any(isinstance(each, Mapping | list) for each in value) and len(flow(value)) <= room:
            return [flow(value)]
        return ["", *(line for each in value for line in _item(each, depth + 1))]
    return [flow(value)]


def _item(value: Any, depth: int) -> list[str]:
    """The lines of an item of a list."""
    start = f"{_INDENT * depth}- "
    if isinstance(value, Mapping) and value:
        short = flow(value)
        if not any(isinstance(each, Mapping | list) for each in value.values()) and len(start) + len(short) <= WIDTH:
            return [start + short]
        first, *rest = [line for key, each in value.items() for line in entry(key, each, depth + 1)]
        return [start + first.lstrip(" "), *rest]
    first, *rest = lines_of(value, depth, 2)
    return [start + first, *rest] if first else [start + flow(value)]


def flow(value: Any) -> str:
    """A value on one line, where a collection stands in brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_in_flow(key)}: {_in_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_in_flow(each) for each in value) + "]"
    return scalar(value)


def _in_flow(value: Any) -> str:
    if isinstance(value, str) and _SPECIAL_IN_FLOW.search(value):
        return _quoted(value)
    return flow(value)


def scalar(value: Any) -> str:
    """A value that is no collection, on one line: in quotes only where it must be."""
    if not isinstance(value, str):
        return json.dumps(value)
    misread = (
        not value or plain_value(value) != value or (_OLD_WORDS.fullmatch(value) and not _VERSION.fullmatch(value))
    )
    return _quoted(value) if misread or _SPECIAL.search(value) else value


def _quoted(value: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _block(value: str, depth: int) -> list[str] | None:
    """A text as a literal block whose lines are indented `depth` times; None for one that a block cannot hold."""
    if not value.strip() or _NOT_IN_BLOCK.search(value):
        return None
    body = value.rstrip("\n")
    ends = len(value) - len(body)
    first = next(line for line in body.split("\n") if line)
    header = "|" + (str(len(_INDENT)) if first[0] in " \t" else "") + ("-" if not ends else "" if ends == 1 else "+")
    lines = [_INDENT * depth + line if line else "" for line in body.split("\n")]
    return [header, *lines, *[""] * (ends - 1)]
