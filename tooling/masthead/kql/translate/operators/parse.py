"""parse and parse-where: columns out of a text, by one regular expression.

The documentation leaves some corners open: whether a pattern that ends in a constant may stop before the text does, or
whether a number that does not fit makes the search go on. Where a row's answer depends on one of them, the query stops
with an error that says so; all readings that are possible are tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.strings import _escape, check_regex
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import canonical_type, null_of, quote, refused, string_literal

_INTEGER = r"[-+]?\d+"
_CLASSES = {
    "long": _INTEGER,
    "int": _INTEGER,
    "real": r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?",
    "decimal": r"[-+]?(?:\d+\.?\d*|\.\d+)",
}
_AMBIGUOUS = (
    "parse: whether a row matches this pattern is not defined well enough to be sure; "
    "write * where text is to be skipped, also at the end, and take typed columns as strings"
)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the pattern: a star, a constant (its regular expression), or a column of a type."""

    regex: str | None = None
    column: str | None = None
    type: str = "string"

    @property
    def star(self) -> bool:
        return self.regex is None and self.column is None


def _parts(translator: Translator, node: Node, *, regex: bool) -> list[_Part]:
    parts: list[_Part] = []
    for item in node.items("Patterns"):
        if item.kind == "StarExpression":
            parts.append(_Part())
        elif item.kind == "NameAndTypeDeclaration":
            kind = canonical_type(item.child("Name").type)
            parts.append(_Part(column=item.child("Name").simple_name, type=kind))
        elif item.kind == "NameDeclaration":
            parts.append(_Part(column=item.simple_name))
        else:
            text = translator.constant(item, "a text of parse")
            if regex:
                check_regex(translator, item, text)
            if text:
                parts.append(_Part(regex=f"(?:{text})" if regex else _escape(text)))
    return parts


def _groups(regex: str) -> int:
    """How many capturing groups a regular expression has."""
    bare = re.sub(r"\\Q.*?\\E|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", "", regex, flags=re.DOTALL)
    return len(re.findall(r"\((?!\?)|\(\?P?<(?![=!])", bare))


def _compile(
    parts: list[_Part], head: str, *, star: str, text: str, numbers: bool, start: bool, end: bool
) -> tuple[str, list[str]]:
    """The regular expression and the names of its groups; the whole match is `m`, the columns are c0, c1…"""
    pattern, names, column = "", ["m"], 0
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        if part.star:
            pattern += star if following else ".*"
        elif part.regex is not None:
            pattern += part.regex
            names += [f"x{len(names)}_{n}" for n in range(_groups(part.regex))]
        else:
            body = text if following else ".*"
            if part.type in _CLASSES and (numbers or (following is not None and following.star)):
                body = _CLASSES[part.type]
            pattern += f"({body})"
            names.append(f"c{column}")
            column += 1
    return f"{head}{'^' if start else ''}({pattern}){'$' if end else ''}", names


def _check(translator: Translator, node: Node, parts: list[_Part]) -> None:
    if not any(p.regex for p in parts):
        raise translator.unsupported("parse without a text between its columns", node)
    for part, following in pairwise(parts):
        if part.column is not None and following.column is not None and part.type not in _CLASSES:
            raise translator.unsupported("parse with two columns and no text between them", node)
        if part.column is not None and following.star and part.type not in _CLASSES:
            raise translator.unsupported(f"parse with * behind a {part.type}", node)
    names = [p.column for p in parts if p.column is not None]
    if len(set(names)) != len(names):
        raise translator.unsupported("parse with two columns of one name", node)


def _readings(parts: list[_Part], kind: str, flags: str) -> list[tuple[str, list[str]]]:
    """The regular expressions that the pattern may stand for; mostly one."""
    if kind == "regex":
        head = f"(?{flags})" if flags else ""
        starts = {True, parts[0].regex is None}
        ends = {True, parts[-1].regex is None}
        stars = (".*?", ".*") if any(p.star for p in parts[:-1]) else (".*?",)
        return [
            _compile(parts, head, star=star, text=".*", numbers=True, start=start, end=end)
            for star in stars
            for start in sorted(starts)
            for end in sorted(ends)
        ]
    strict = _compile(parts, "(?s)", star=".*?", text=".*?", numbers=False, start=True, end=True)
    loose = _compile(
        parts, "(?s)", star=".*?", text=".*?", numbers=kind == "simple", start=True, end=parts[-1].regex is None
    )
    return [strict] if strict == loose or (parts[-1].star and strict[0] == loose[0]) else [strict, loose]


@operator("ParseOperator", "ParseWhereOperator")
def parse(translator: Translator, node: Node, relation: Relation) -> Relation:
    kind = _parameter(node, "kind") or "simple"
    if kind not in ("simple", "relaxed", "regex"):
        raise translator.unsupported(f"parse kind={kind}", node)
    flags = next(
        (p.child("Expression").literal for p in node.items("Parameters") if p.child("Name").simple_name == "flags"), ""
    )
    if flags and (kind != "regex" or not re.fullmatch("[imsU]+", flags)):
        raise translator.unsupported(f"parse with flags={flags}", node)
    parts = _parts(translator, node, regex=kind == "regex")
    _check(translator, node, parts)
    with translator.over(relation):
        text = translator.scalar_as(node.child("Expression"), "text")
    columns = [p for p in parts if p.column is not None]
    readings = _readings(parts, kind, flags)
    found = [translator.fresh("parse") for _ in readings]
    listed = ", ".join(
        f"regexp_extract({text.sql}, {string_literal(regex)}, "
        f"[{', '.join(map(string_literal, names))}]) AS {quote(name)}"
        for name, (regex, names) in zip(found, readings, strict=True)
    )
    matched = relation.with_source(f"(SELECT *, {listed} FROM {relation.source} AS s)")

    def values(name: str) -> list[Expr]:
        return [
            convert(Expr(f"{quote(name)}.c{i}", "string", total=True), part.type, translator, node)
            for i, part in enumerate(columns)
        ]

    def succeeded(name: str) -> str:
        """Whether the pattern matched: the whole match is not empty, since it holds a text; typed columns fit."""
        conditions = [f"{quote(name)}.m <> ''"]
        if kind != "relaxed":
            conditions += [
                f"{v.sql} IS NOT NULL" for v, p in zip(values(name), columns, strict=True) if p.type != "string"
            ]
        return f"({' AND '.join(conditions)})"

    first = found[0]
    success = succeeded(first)
    doubts = []
    for other in found[1:]:
        same = [f"{a.sql} IS NOT DISTINCT FROM {b.sql}" for a, b in zip(values(first), values(other), strict=True)]
        doubts.append(
            f"CASE WHEN {success} THEN NOT ({' AND '.join([succeeded(other), *same])}) ELSE {succeeded(other)} END"
        )
    ok = translator.fresh("parsed")
    decided = f"CASE WHEN {' OR '.join(doubts)} THEN {refused(_AMBIGUOUS)}::BOOLEAN ELSE {success} END"
    matched = matched.with_source(
        f"(SELECT *, {decided if doubts else success} AS {quote(ok)} FROM {matched.source} AS s)"
    )
    made = {
        part.column: Expr(
            f"CASE WHEN {quote(ok)} THEN {value.sql} ELSE {null_of(part.type)} END", part.type, total=value.total
        )
        for part, value in zip(columns, values(first), strict=True)
    }
    out = [(c.name, made.pop(c.name, c.expr)) for c in relation.columns] + list(made.items())
    tail = f"WHERE {quote(ok)}" if node.kind == "ParseWhereOperator" else ""
    made_rows = translator.select(matched, out, tail)
    # Of a column that the rows have already, the binder lists both; the parsed one takes its place.
    wanted = [c.name for c in node.columns or ()]
    return made_rows if len(set(wanted)) < len(wanted) else translator.shaped(made_rows, node)
