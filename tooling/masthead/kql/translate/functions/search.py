"""Functions that search texts and rewrite what they find: by text or by regular expression."""

from __future__ import annotations

import re

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.strings import check_regex
from masthead.kql.translate.model import Expr
from masthead.kql.translate.regexes import groups, only
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, SQL_TYPES, TOO_LONG, refused, string_literal

_GROUP_LIMIT = 9  # DuckDB addresses no group beyond


def pattern(call: Call, index: int) -> str:
    """A constant regular expression argument. Refuses what RE2 does not know."""
    return check_regex(call.translator, call.nodes[index], call.constant(index))


# --- extract ---------------------------------------------------------------------------------------------------------
@scalar("extract", "string, long, text, string")
def extract(call: Call) -> Expr:
    """A group of the first match; nothing where there is none."""
    regex, group = call.sql[0], call.constant(1)
    if call.arguments[0].constant:
        wanted = pattern(call, 0)
        regex, count = string_literal(wanted), len(groups(wanted))
        if group is None or not 0 <= group <= count:
            raise call.unsupported(f"extract() of group {group} of a regular expression that has {count}")
        if group > _GROUP_LIMIT:
            regex, group = string_literal(only(wanted, group)), 1
    found = Expr(f"coalesce(regexp_extract({call.sql[2]}, {regex}, {group}), '')", "string", total=True)
    if call.count < 4:
        return found
    if call.type not in SQL_TYPES:
        raise call.unsupported("extract() to this type")
    return convert(found, call.type, call.translator, call.node)


@scalar("extract_all extractall", "string, any, text")
def extract_all(call: Call) -> str:
    """The groups of all matches: one list for a single group, else a list of lists; null without a match."""
    regex = pattern(call, 0)
    names = groups(regex)
    if not names:
        raise call.translator.wrong(
            "the regular expression of extract_all() needs a group in parentheses", call.nodes[0]
        )
    wanted = list(range(1, len(names) + 1))
    if call.count == 3:
        given = [names.index(g) + 1 if g in names and isinstance(g, str) else g for g in call.constant(1) or []]
        if not given or not all(type(g) is int for g in given):
            raise call.unsupported("extract_all() of these groups")
        # Groups that there are not are passed over; where none is left, all are given (measured.yaml).
        wanted = [g for g in given if 0 < g <= len(names)] or wanted
        source = call.sql[2]
    else:
        source = convert(call.arguments[1], "text", call.translator, call.nodes[1]).sql
    addressed = [(regex, g) if g <= _GROUP_LIMIT else (only(regex, g), 1) for g in wanted]
    lists = [f"regexp_extract_all({source}, {string_literal(r)}, {g})" for r, g in addressed]
    return f"kq_found({lists[0]})" if len(lists) == 1 else f"kq_found_rows([{', '.join(lists)}])"


# --- replace ---------------------------------------------------------------------------------------------------------
def _replaced(call: Call, source: str, regex: int, rewrite: int) -> str:
    wanted = call.sql[regex]
    if call.arguments[regex].constant:
        wanted = string_literal(pattern(call, regex))
    if call.arguments[rewrite].constant and re.search(r"\\(?![0-9\\])", re.sub(r"\\\\", "", call.constant(rewrite))):
        raise call.unsupported("a backslash before other than a digit in what replaces")
    return f"kq_replace_regex({source}, {wanted}, {call.sql[rewrite]}, {TOO_LONG})"


@scalar("replace_regex", "text, string, text")
def replace_regex(call: Call) -> str:
    return _replaced(call, call.sql[0], 1, 2)


@scalar("replace", "string, text, text")
def replace(call: Call) -> str:
    return _replaced(call, call.sql[2], 0, 1)


def _replace_strings(text: str | None, lookups: str | None, rewrites: str | None) -> str | None:
    import json

    if text is None or lookups is None or rewrites is None:
        return text
    wanted, given = json.loads(lookups), json.loads(rewrites)
    if not isinstance(wanted, list) or not isinstance(given, list) or len(wanted) != len(given) or "" in wanted:
        raise ValueError(f"{REFUSAL}replace_strings() of lists that do not match")
    segments: list[tuple[str, bool]] = [(text, False)]  # pieces of the text, and whether they are dealt with
    for lookup, rewrite in zip(wanted, given, strict=True):
        if not isinstance(lookup, str):
            continue
        put = rewrite if isinstance(rewrite, str) else lookup
        parted: list[tuple[str, bool]] = []
        for piece, done in segments:
            if done:
                parted.append((piece, True))
                continue
            first, *others = piece.split(lookup)
            parted.append((first, False))
            for other in others:
                parted += [(put, True), (other, False)]
        segments = parted
    return "".join(piece for piece, _ in segments)


python_function("kq_replace_strings", ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR")(_replace_strings)
scalar("replace_strings", "text, dynamic, dynamic", "kq_replace_strings({0}, {1}::VARCHAR, {2}::VARCHAR)")


@scalar("translate", "string, string, text")
def translate(call: Call) -> str:
    """Characters for characters; the last replacement stands for all that have none, and none at all removes."""
    search, replacement = call.constant(0), call.constant(1)
    if len(set(search)) != len(search):
        raise call.unsupported("translate() of a character that is listed twice")
    if replacement:
        replacement = replacement.ljust(len(search), replacement[-1])[: len(search)]
    return f"translate({call.sql[2]}, {call.sql[0]}, {string_literal(replacement)})"


# --- trim ------------------------------------------------------------------------------------------------------------
# One match at the start and one at the end are taken off, and no other that follows (measured.yaml).
def _trim(name: str, edges: str) -> None:
    def emit(call: Call) -> str:
        regex = string_literal(edges.replace("…", pattern(call, 0)))
        return f"regexp_replace({call.sql[1]}, {regex}, '', 'g')"

    scalar(name, "string, text")(emit)


_trim("trim_start", "^(…)")
_trim("trim_end", "(…)$")
_trim("trim", "^(…)|(…)$")


# --- where and how often ---------------------------------------------------------------------------------------------
def _indexof(text: str, match: str, start: int | None, length: int | None, occurrence: int | None) -> int | None:
    start, length, occurrence = start or 0, -1 if length is None else length, 1 if occurrence is None else occurrence
    if start < -len(text) or occurrence == 0 or not match:
        raise ValueError(f"{REFUSAL}indexof() with these arguments")
    if occurrence < 0 or length < -1:
        return None
    start = len(text) + start if start < 0 else start
    for _ in range(occurrence):
        # As the documented examples have it, the length counts anew from each occurrence.
        place = text.find(match, start, len(text) if length == -1 else start + length)
        if place < 0:
            return -1
        start = place + 1
    return place


python_function("kq_indexof", ["VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "BIGINT"], "BIGINT")(_indexof)


@scalar("indexof", "text, text, long, long, long")
def indexof(call: Call) -> str:
    text, match, *places = call.sql
    if not places:
        return f"instr({text}, {match}) - 1"
    return f"kq_indexof({text}, {match}, {', '.join([*places, *['NULL'] * (3 - len(places))])})"


@scalar("indexof_regex", "text, string, long, long, long")
def indexof_regex(call: Call) -> str:
    """Where the n-th match begins; matches do not overlap. Null where an argument makes no sense."""
    regex = pattern(call, 1)
    if call.count == 2:
        return f"kq_indexof_regex({call.sql[0]}, {call.sql[1]})"
    if re.search(r"[\^$]|\\[AbBz]", re.sub(r"\[[^\]]*\]", "", regex)):
        raise call.unsupported("indexof_regex() from a place, of a pattern with ^, $ or \\b")
    start, length, occurrence = (*call.sql[2:], *["-1", "1"][call.count - 3 :])
    return (
        f"kq_indexof_match({call.sql[0]}, {call.sql[1]}, {start}, {length}, {occurrence}, "
        f"{refused('indexof_regex() of the 0th match, or of a pattern that matches nothing')})"
    )


def _countof(text: str, match: str) -> int:
    count, place = 0, text.find(match)
    while place >= 0:
        count, place = count + 1, text.find(match, place + 1)
    return count


python_function("kq_countof", ["VARCHAR", "VARCHAR"], "BIGINT")(_countof)


@scalar("countof", "text, string, string")
def countof(call: Call) -> str:
    """Texts are found where they overlap too, matches of a regular expression not."""
    text, match, kind = call.sql[0], call.sql[1], call.constant(2, "normal")
    if kind == "regex":
        pattern(call, 1)
        return f"len(regexp_extract_all({text}, {match}))"
    if kind != "normal":
        raise call.unsupported(f"countof() of kind {kind}")
    value = call.constant(1)
    if not value:
        return "0"  # measured.yaml
    if any(value.startswith(value[i:]) for i in range(1, len(value))):
        return f"kq_countof({text}, {match})"
    return f"(length({text}) - length(replace({text}, {match}, ''))) // {len(value)}"


scalar("regex_quote", "text", "regexp_escape({0})")
