"""Templates in Bicep, whose lexer decides what must be escaped (https://github.com/Azure/bicep, docs/spec/bicep.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from masthead.workspace.export.template import PARAMETER, Reference, Template

SUFFIX = ".bicep"

_INDENT = "  "
_WORKSPACE = f"${{{PARAMETER}}}"
_WORKSPACE_ID = f"resourceId('Microsoft.OperationalInsights/workspaces', {PARAMETER})"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset({"true", "false", "null", "none", "if", "for", "in", "existing", "import", "using", "extends"})
"""Words with a meaning of their own, which as names stand in quotes."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ESCAPED = re.compile(r"""[\\'\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\$(?={)""")
_ESCAPES = {"\\": r"\\", "'": r"\'", "$": r"\$", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_RAW = "'''"


def bicep_text(template: Template) -> str:
    """The template as a file: the same template, the same bytes."""
    kind = template.type
    lines = [
        f"// {template.comment}",
        f"param {PARAMETER} string",
        "",
        f"resource content '{kind.name}@{kind.version}' = {{",
    ]
    if kind.infix is None:
        lines += [f"  name: {text(template.id)}", "  location: resourceGroup().location"]
    else:
        lines.append(f"  name: '{_WORKSPACE}{_inside(kind.infix + template.id)}'")
    if kind.overwrites:
        lines.append("  etag: '*'")
    for name, said in template.body.items():
        lines += _entry(name, said, 1)
    return "\n".join([*lines, "}", ""])


def _entry(name: str, said: Any, depth: int) -> Iterator[str]:
    key = name if _NAME.fullmatch(name) and name not in _WORDS else f"'{_inside(name)}'"
    first, *rest = _value(said, depth)
    yield f"{_INDENT * depth}{key}: {first}"
    yield from rest


def _value(said: Any, depth: int) -> list[str]:
    """The lines of a value; the first goes behind what names it."""
    if isinstance(said, Mapping) and said:
        inner = [line for name, each in said.items() for line in _entry(name, each, depth + 1)]
        return ["{", *inner, f"{_INDENT * depth}}}"]
    if isinstance(said, list) and said:
        made = ["["]
        for each in said:
            first, *rest = _value(each, depth + 1)
            made += [f"{_INDENT * (depth + 1)}{first}", *rest]
        return [*made, f"{_INDENT * depth}]"]
    if isinstance(said, Reference):
        return [f"'${{{_WORKSPACE_ID}}}{_inside(said.rest)}'" if said.rest else _WORKSPACE_ID]
    if isinstance(said, str):
        return text(said).split("\n")
    if isinstance(said, float):
        return [f"json('{json.dumps(said)}')"]  # Bicep has whole numbers only
    return [json.dumps(said)]


def text(value: str) -> str:
    """The literal of a text: raw where that is possible and has several lines to show, else in quotes.

    A raw text knows no escapes; its first line break only opens it.
    """
    if "\n" in value and _RAW not in value and not value.endswith("'") and not _INVISIBLE.search(value):
        return f"{_RAW}\n{value}{_RAW}"
    return f"'{_inside(value)}'"


def _inside(value: str) -> str:
    """A text as it stands between quotes."""
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{{{ord(found[0]):x}}}", value)
