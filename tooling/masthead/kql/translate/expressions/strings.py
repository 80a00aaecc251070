"""String operators: has and its family by terms, contains, startswith, endswith, =~, in, has_any, matches regex.

A term is a maximal run of letters and digits. `x has "ab"` holds where "ab" stands in x with no letter or digit
directly before or behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.operators import comparable, equal
from masthead.kql.translate.macros.dynamic import flat
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import expression
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote, string_literal

_NOT_TERM = r"[^\p{L}\p{N}]"
_NOT_ASCII_TERM = "[^0-9A-Za-z]"


def _alphanumeric(character: str) -> bool:
    return character.isalpha() or character.isnumeric()


def _escape(text: str) -> str:
    """A text for RE2, literally."""
    return re.sub(r"([^\w\s]|_)", lambda m: "\\" + m[0] if ord(m[0]) < 128 and m[0] != "_" else m[0], text)


def _bounded(text: str, before: bool, behind: bool, boundary: str = _NOT_TERM) -> str:
    """A regular expression for the text, with term boundaries where its own edge is part of a term."""
    pattern = _escape(text)
    if before and text and _alphanumeric(text[0]):
        pattern = f"(?:^|{boundary})" + pattern
    if behind and text and _alphanumeric(text[-1]):
        pattern += f"(?:$|{boundary})"
    return pattern


def _any_term(text: str, needles: list[str], before: bool, behind: bool, ignore_case: bool) -> str:
    """Whether one of the needles, none of them empty, stands in the text between the boundaries that are asked for."""

    def pattern(boundary: str) -> str:
        choices = "|".join(_bounded(needle, before, behind, boundary) for needle in needles)
        return string_literal(f"{'(?is)' if ignore_case else '(?s)'}(?:{choices})")

    exact = pattern(_NOT_TERM)
    if not all(needle.isascii() for needle in needles):
        return f"regexp_matches({text}, {exact})"
    # RE2 takes 15 ms to compile the classes of all letters and digits, which text in ASCII does not need.
    return f"kq_term({text}, {pattern(_NOT_ASCII_TERM)}, {exact})"


def _term_match(before: bool, behind: bool, ignore_case: bool) -> Callable[[str, Expr], str]:
    macro = {(True, True): "kq_has", (True, False): "kq_hasprefix", (False, True): "kq_hassuffix"}[before, behind]

    def emit(text: str, needle: Expr) -> str:
        if needle.constant:
            if needle.value == "":
                return "true"
            return _any_term(text, [needle.value], before, behind, ignore_case)
        return f"{macro}({text}, {needle.sql}, {'true' if ignore_case else 'false'})"

    return emit


def _plain(template: str, ignore_case: bool) -> Callable[[str, Expr], str]:
    def emit(text: str, needle: Expr) -> str:
        if not ignore_case:
            return template.format(text, needle.sql)
        if needle.constant:
            return template.format(f"lower({text})", string_literal(needle.value.lower()))
        return template.format(f"lower({text})", f"lower({needle.sql})")

    return emit


# operator's text → (how to emit it, negated)
_MATCHES: dict[str, Callable[[str, Expr], str]] = {
    "has": _term_match(True, True, True),
    "has_cs": _term_match(True, True, False),
    "hasprefix": _term_match(True, False, True),
    "hasprefix_cs": _term_match(True, False, False),
    "hassuffix": _term_match(False, True, True),
    "hassuffix_cs": _term_match(False, True, False),
    "contains": _plain("contains({0}, {1})", True),
    "contains_cs": _plain("contains({0}, {1})", False),
    "startswith": _plain("starts_with({0}, {1})", True),
    "startswith_cs": _plain("starts_with({0}, {1})", False),
    "endswith": _plain("ends_with({0}, {1})", True),
    "endswith_cs": _plain("ends_with({0}, {1})", False),
    "=~": _plain("({0} = {1})", True),
}
_ALIASES = {"notcontains": "!contains", "containscs": "contains_cs", "notcontainscs": "!contains_cs", "!~": "!=~"}

_KINDS = [
    f"{negation}{name}{case}Expression"
    for negation in ("", "Not")
    for name in ("Has", "HasPrefix", "HasSuffix", "Contains", "StartsWith", "EndsWith")
    for case in ("", "Cs")
]


@expression(*_KINDS, "EqualTildeExpression", "BangTildeExpression")
def match(translator: Translator, node: Node) -> Expr:
    spelled = node.child("Operator").text.lower()
    spelled = _ALIASES.get(spelled, spelled)
    negated = spelled.startswith("!")
    emit = _MATCHES.get(spelled.removeprefix("!"))
    if emit is None:
        raise translator.unsupported(f"the operator {spelled}", node)
    text = translator.scalar_as(node.child("Left"), "text")
    needle = translator.scalar_as(node.child("Right"), "text")
    sql = emit(text.sql, needle)
    return Expr(f"(NOT {sql})" if negated else sql, "bool", total=True)


@expression("MatchesRegexExpression")
def matches_regex(translator: Translator, node: Node) -> Expr:
    text = translator.scalar_as(node.child("Left"), "text")
    pattern = translator.scalar_as(node.child("Right"), "string")
    regex = pattern.sql
    if pattern.constant:
        regex = string_literal(check_regex(translator, node.child("Right"), pattern.value))
    return Expr(f"regexp_matches({text.sql}, {regex})", "bool", total=True)


def check_regex(translator: Translator, node: Node, pattern: str) -> str:
    """The regular expression as DuckDB spells it. Refuses, with a place, what RE2, Kusto's engine, does not know."""
    if re.search(r"\(\?(?:[=!]|<[=!])", pattern):
        raise translator.wrong("Kusto's regular expressions (RE2) have no look-ahead or look-behind", node)
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]", pattern):
        raise translator.wrong("Kusto's regular expressions (RE2) have no back-references", node)
    return re.sub(r"(?<!\\)((?:\\\\)*\()\?<(?=[A-Za-z_]\w*>)", r"\1?P<", pattern)


# --- lists -----------------------------------------------------------------------------------------------------------
def _is_text(value: object) -> bool:
    return isinstance(value, str)


def constants(translator: Translator, items: list[Node]) -> list[Expr] | None:
    """The values of a list of constants, constant dynamic arrays and arrays in them spread out; None where one is not
    constant."""
    out: list[Expr] = []
    for item in items:
        if item.type == "table":
            return None
        value = translator.scalar(item)
        if value.type == "dynamic":
            if not value.constant:
                return None
            for element in flat(value.value):
                if isinstance(element, str):
                    out.append(Expr(string_literal(element), "string", element, total=True))
                elif isinstance(element, bool):
                    out.append(Expr(str(element).lower(), "bool", element, total=True))
                elif isinstance(element, int):
                    out.append(Expr(f"{element}::BIGINT", "long", element, total=True))
                elif isinstance(element, float):
                    out.append(Expr(f"{element!r}::DOUBLE", "real", element, total=True))
                elif element is not None:
                    return None
        else:
            out.append(value)
    return out


def list_of_texts(translator: Translator, items: list[Node], *, lower: bool = False) -> str:
    """A SQL list of the texts that a list, a dynamic array or a table's first column holds, known when it runs."""
    parts = []
    for item in items:
        if item.type == "table":
            relation = translator.tabular(item)
            column = relation.columns[0].expr
            with translator.over(relation):
                value = convert(column, "text", translator, item)
            listed = f"list({value.sql})" if column.type != "dynamic" else f"flatten(list(kq_flat_texts({column.sql})))"
            parts.append(f"coalesce((SELECT {listed} FROM {relation.source} AS s), [])")
            continue
        value = translator.scalar(item)
        if value.type == "dynamic":
            parts.append(f"kq_flat_texts({value.sql})")
        else:
            parts.append(f"[{convert(value, 'text', translator, item).sql}]")
    joined = parts[0] if len(parts) == 1 else f"list_concat({', '.join(parts)})"
    return f"list_transform({joined}, lambda e: lower(e))" if lower else joined


@expression("InExpression", "InCsExpression", "NotInExpression", "NotInCsExpression")
def in_list(translator: Translator, node: Node) -> Expr:
    spelled = node.child("Operator").text.lower().replace(" ", "")
    negated, ignore_case = spelled.startswith("!"), spelled.endswith("~")
    left = translator.scalar(node.child("Left"))
    if ignore_case or left.type == "dynamic":
        left = convert(left, "text", translator, node)
    text = Expr(f"lower({left.sql})", "string", total=True) if ignore_case else left
    items = node.items("Right")
    sql = _in_sql(translator, node, text, items, ignore_case)
    return Expr(f"(NOT {sql})" if negated else sql, "bool", total=True)


def _element(translator: Translator, node: Node, kind: str) -> str:
    """The element `e` of an array as a value of the type that it is compared with."""
    if kind in ("long", "int"):
        return "kq_whole_number(kq_json(e))"
    return convert(Expr("kq_json(e)", "dynamic"), kind, translator, node).sql


def _in_sql(translator: Translator, node: Node, left: Expr, items: list[Node], ignore_case: bool) -> str:
    if len(items) == 1 and items[0].type == "table":
        relation = translator.tabular(items[0])
        if not relation.columns:
            raise translator.wrong("the table on the right has no columns", items[0])
        column = relation.columns[0]
        if column.type == "dynamic":
            element = _element(translator, node, left.type)
            value = f"lower({element})" if ignore_case else element
            return (
                f"coalesce({left.sql} IN (SELECT unnest(list_transform(kq_flat_elements({column.expr.sql}), "
                f"lambda e: {value})) FROM {relation.source} AS s WHERE {quote(column.identifier)} IS NOT NULL), false)"
            )
        a, b = comparable(translator, node, left, column.expr)
        value = f"lower({b.sql})" if ignore_case else b.sql
        return (
            f"coalesce({a.sql} IN (SELECT {value} FROM {relation.source} AS s "
            f"WHERE {quote(column.identifier)} IS NOT NULL), false)"
        )
    values = constants(translator, items)
    if values is None:
        if left.type == "string":
            return f"list_contains({list_of_texts(translator, items, lower=ignore_case)}, {left.sql})"
        arrays = [translator.scalar(item) for item in items]
        tests = []
        for value, item in zip(arrays, items, strict=True):
            if value.type == "dynamic":
                element = _element(translator, item, left.type)
                tests.append(
                    f"list_contains(list_transform(kq_flat_elements({value.sql}), lambda e: {element}), {left.sql})"
                )
            else:
                tests.append(equal(*comparable(translator, item, left, value)))
        return f"coalesce({' OR '.join(tests)}, false)"
    parts, plain = [], []
    for value in values:
        a, b = comparable(translator, node, left, value)
        if ignore_case and b.constant:
            b = Expr(string_literal(str(b.value).lower()), "string", total=True)
        elif ignore_case:
            b = Expr(f"lower({b.sql})", "string", total=True)
        if a.sql == left.sql and b.total:
            plain.append(b.sql)
        else:
            parts.append(equal(a, b))
    if plain:
        parts.insert(0, f"({left.sql} IN ({', '.join(plain)}))")
    if left.total and len(plain) == len(values) > 0:
        return parts[0]  # never null; a file is read by it
    return f"coalesce({' OR '.join(parts)}, false)" if parts else "false"


def _holds_null(translator: Translator, items: list[Node]) -> bool:
    """Whether null is in a constant array: that stands in any text, as an empty one does (measured.yaml)."""
    values = [translator.scalar(item) for item in items]
    return any(v.type == "dynamic" and isinstance(v.value, list) and None in v.value for v in values)


@expression("HasAnyExpression", "HasAllExpression")
def has_several(translator: Translator, node: Node) -> Expr:
    text = translator.scalar_as(node.child("Left"), "text")
    items = node.items("Right")
    every = node.kind == "HasAllExpression"
    values = constants(translator, items)
    if values is not None and all(v.constant for v in values):
        terms = [v.value if isinstance(v.value, str) else str(v.value) for v in values]
        if not every and _holds_null(translator, items):
            return Expr("true", "bool", total=True)
        if not terms:
            return Expr("true" if every else "false", "bool", total=True)
        if every:
            tests = [_MATCHES["has"](text.sql, Expr("", "string", t)) for t in terms]
            return Expr(f"({' AND '.join(tests)})", "bool", total=True)
        if "" in terms:
            return Expr("true", "bool", total=True)
        return Expr(_any_term(text.sql, terms, True, True, True), "bool", total=True)
    terms_sql = list_of_texts(translator, items)
    hits = f"list_filter({terms_sql}, lambda e: {'NOT ' if every else ''}kq_has({text.sql}, e, true))"
    return Expr(f"(len({hits}) {'= 0' if every else '> 0'})", "bool", total=True)
