"""parse and parse-where: columns out of a text, by one regular expression.

In simple and relaxed mode the pattern reaches to the end of the text and takes as little as it can; in regex mode it
may stop earlier and takes as much as it can. A simple pattern is all or nothing: where one typed column does not fit,
all are null. Whether a pattern that begins with a constant may begin within the text is not documented: where a row's
answer depends on it, the query is refused.
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
from masthead.kql.translate.regexes import groups
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import canonical_type, null_of, quote, refused, string_literal

_INTEGER = r"\s*[-+]?\d+"
# What a typed column takes before a star, where nothing else stops it: no exponent, and a number counts as a bool.
_BEFORE_STAR = {
    "long": _INTEGER,
    "int": _INTEGER,
    "real": r"\s*[-+]?(?:\d+\.?\d*|\.\d+)",
    "bool": r"\s*(?:(?i:true|false)|[-+]?\d+)",
}
# What it takes in regex mode, anywhere. Other types, such as datetimes, have shapes with exceptions of their own.
_IN_REGEX = {
    "string": ".*",
    "long": _INTEGER,
    "int": _INTEGER,
    "real": r"\s*[-+]?\d+(?:\.\d+)?",
    "bool": r"\s*(?i:true|false)",
    "datetime": r"\s*(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{1,4})"
    r"(?:[Tt ]\s*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?)?(?:[Zz]|[-+]\d{1,2}(?::\d{1,2})?)?",
}
_AMBIGUOUS = (
    "parse: whether a pattern that begins with a text may match within a row's text is not documented; "
    "write * before it where text is to be skipped"
)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the pattern: a star, a constant (its regular expression, and the text), or a column of a type."""

    regex: str | None = None
    column: str | None = None
    type: str = "string"
    text: str = ""

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
                parts.append(_Part(regex=f"(?:{text})" if regex else _escape(text), text=text))
    return parts


def _ends(parts: list[_Part], index: int) -> bool:
    """Whether the first place of the one character behind a column ends it: what follows takes anything."""
    after = parts[index + 1 : index + 3]
    if len(after) < 2 or len(after[0].text) != 1:
        return False
    behind = parts[index + 3] if index + 3 < len(parts) else None
    return after[1].star or (after[1].column is not None and not (behind is not None and behind.star))


def _compile(parts: list[_Part], head: str, *, regex: bool, start: bool, whole: bool) -> tuple[str, list[str]]:
    """The regular expression and the names of its groups: with `whole` first m, all of the match; then c0, c1…"""
    pattern, names, column = "", ["m"] if whole else [], 0
    # A star behind a text takes the rest, whatever it is: there is nothing to match.
    rest = not regex and len(parts) > 1 and parts[-1].star and parts[-2].regex is not None
    for index, part in enumerate(parts[:-1] if rest else parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        if part.star:
            pattern += ".*?"
        elif part.regex is not None:
            pattern += part.regex
            names += [f"x{len(names)}_{n}" for n in range(len(groups(part.regex)))]
        else:
            body = _IN_REGEX[part.type] if regex else ".*?"
            if not regex and _ends(parts, index):
                body = f"[^{following.regex}]*"  # the same, several times as fast
            if not regex and following is not None and following.star:
                # Optional behind all else, which only relaxed mode shows: the other columns stay then.
                body = f"(?:{_BEFORE_STAR[part.type]})" + ("?" if index + 2 == len(parts) else "")
            pattern += f"({body})"
            names.append(f"c{column}")
            column += 1
    pattern = f"({pattern})" if whole else pattern
    return f"{head}{'^' if start else ''}{pattern}{'' if regex or rest else '$'}", names


def _check(translator: Translator, node: Node, parts: list[_Part], kind: str, flags: str) -> None:
    if not any(p.regex for p in parts):
        raise translator.unsupported("parse without a text between its columns", node)
    if kind == "relaxed" and node.kind == "ParseWhereOperator":
        raise translator.wrong("parse-where knows the kinds simple and regex only", node)
    for part, following in pairwise(parts):
        if part.column is not None and following.column is not None:
            raise translator.unsupported("parse with two columns and no text between them", node)
        if kind != "regex" and part.column is not None and following.star and part.type not in _BEFORE_STAR:
            raise translator.unsupported(f"parse with * behind a {part.type}", node)
    for part in parts if kind == "regex" else []:
        if part.column is not None and part.type not in _IN_REGEX:
            raise translator.unsupported(f"parse kind=regex into a {part.type}", node)
        if part.type == "datetime" and (part is parts[-1] or "U" in flags):
            raise translator.unsupported("parse kind=regex into a datetime at the end, or with the flag U", node)
    names = [p.column for p in parts if p.column is not None]
    if len(set(names)) != len(names):
        raise translator.unsupported("parse with two columns of one name", node)


def _readings(parts: list[_Part], kind: str, flags: str) -> list[tuple[str, list[str]]]:
    """The regular expressions that the pattern may stand for; mostly one.

    A group for the whole match makes the others slower. The first reading goes without where it can: where a column is
    not empty, there was a match.
    """
    if kind == "regex":
        return [_compile(parts, f"(?{flags})" if flags else "", regex=True, start=False, whole=True)]
    columns = any(part.column is not None for part in parts)
    first = _compile(parts, "(?s)", regex=False, start=True, whole=not columns)
    if parts[0].regex is None:
        return [first]
    return [first, _compile(parts, "(?s)", regex=False, start=False, whole=True)]


def _extracted(text: str, regex: str, names: list[str]) -> str:
    return f"regexp_extract({text}, {string_literal(regex)}, [{', '.join(map(string_literal, names))}])"


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
    _check(translator, node, parts, kind, flags)
    with translator.over(relation):
        text = translator.scalar_as(node.child("Expression"), "text")
    columns = [p for p in parts if p.column is not None]
    readings = _readings(parts, kind, flags)
    opening = string_literal(parts[0].text)
    first, hit = translator.fresh("parse"), translator.fresh("hit")
    regex, names = readings[0]
    found = _extracted(text.sql, regex, names)
    if len(readings) > 1:  # a text is compared sooner than a pattern is tried
        found = f"CASE WHEN starts_with({text.sql}, {opening}) THEN {found} END"
    some = " ".join(f"WHEN {quote(first)}.c{i} <> '' THEN true" for i in range(len(columns)))
    empty = f"regexp_matches({text.sql}, {string_literal(regex)})"
    held = (
        f"{quote(first)}.m <> ''"
        if "m" in names
        else f"CASE WHEN {quote(first)} IS NULL THEN false {some} ELSE {empty} END"
    )
    matched = relation.with_source(f"(SELECT *, {found} AS {quote(first)} FROM {relation.source} AS s)")
    matched = matched.with_source(f"(SELECT *, coalesce({held}, false) AS {quote(hit)} FROM {matched.source} AS s)")

    def values(name: str) -> list[Expr]:
        return [
            convert(Expr(f"{quote(name)}.c{i}", "string", total=True), part.type, translator, node)
            for i, part in enumerate(columns)
        ]

    def succeeded(name: str, held: str) -> str:
        """Whether the pattern matched, and typed columns fit."""
        conditions = [held]
        if kind != "relaxed":
            conditions += [
                f"{v.sql} IS NOT NULL" for v, p in zip(values(name), columns, strict=True) if p.type != "string"
            ]
        return f"({' AND '.join(conditions)})"

    success = succeeded(first, quote(hit))
    if len(readings) > 1:
        # Of what matches at the start, the leftmost match is that one; only where it does not, the other tells more.
        within = translator.fresh("parse")
        elsewhere = f"NOT {quote(hit)} AND contains({text.sql}, {opening})"
        if kind == "relaxed" or all(p.type == "string" for p in columns):
            doubt = f"{elsewhere} AND regexp_matches({text.sql}, {string_literal(readings[1][0])})"
        else:
            sql = f"CASE WHEN {elsewhere} THEN {_extracted(text.sql, *readings[1])} END"
            matched = matched.with_source(f"(SELECT *, {sql} AS {quote(within)} FROM {matched.source} AS s)")
            there = succeeded(within, f"{quote(within)}.m <> ''")
            doubt = f"NOT {quote(hit)} AND {there}"
        success = f"CASE WHEN {doubt} THEN {refused(_AMBIGUOUS)}::BOOLEAN ELSE {success} END"
    ok = translator.fresh("parsed")
    matched = matched.with_source(f"(SELECT *, {success} AS {quote(ok)} FROM {matched.source} AS s)")
    made = {
        part.column: Expr(
            f"CASE WHEN {quote(ok)} THEN {value.sql} ELSE {null_of(part.type)} END", part.type, total=value.total
        )
        for part, value in zip(columns, values(first), strict=True)
    }
    out = [(c.name, made.pop(c.name, c.expr)) for c in relation.columns] + list(made.items())
    tail = f"WHERE {quote(ok)}" if node.kind == "ParseWhereOperator" else ""
    made_rows = translator.select(matched, out, tail)
    taken = {c.name for c in relation.columns} & {p.column for p in columns}
    # Of a column that the rows have already, the binder lists both; the parsed one takes its place.
    translator.replaced |= taken
    return made_rows if taken else translator.shaped(made_rows, node)
