"""parse and parse-where take what a reader of the pattern would take: held against a matcher of their own.

The matcher tries places one after the other and knows no regular expressions, of which the translation makes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from masthead.kql import Engine, KqlError


@dataclass(frozen=True)
class Column:
    """A column of the pattern."""

    name: str
    type: str

    def __str__(self) -> str:
        return self.name if self.type == "string" else f"{self.name}:{self.type}"


Part = str | Column  # a text, "*", or a column
Found = tuple[str, ...] | None  # what the columns take; None where the pattern does not match


# --- the reference ----------------------------------------------------------------------------------------------------
def _number(text: str, at: int, *, real: bool) -> Iterator[int]:
    """Where a number that begins at a place may end, the longest first."""
    start = at
    while text[start : start + 1].isspace():
        start += 1
    start += text[start : start + 1] in ("+", "-")
    end = start
    while text[end : end + 1].isdigit() or (real and text[end : end + 1] == "." and "." not in text[start:end]):
        end += 1
    yield from (e for e in range(end, start, -1) if any(map(str.isdigit, text[start:e])))


def _before_star(kind: str, text: str, at: int) -> Iterator[int]:
    """Where what a typed column takes before a star may end."""
    if kind == "bool":
        start = len(text) - len(text[at:].lstrip())
        yield from (start + len(word) for word in ("true", "false") if text[start:].lower().startswith(word))
    yield from _number(text, at, real=kind == "real")


def _match(parts: list[Part], text: str, at: int) -> Found:
    """What the parts take of the text from a place on, all of it; as little as they can, the first part first."""
    if not parts:
        return () if at == len(text) else None
    part, rest = parts[0], parts[1:]
    if part == "*":
        ends: Iterator[int] = iter(range(at, len(text) + 1))
    elif isinstance(part, str):
        ends = iter([at + len(part)] if text.startswith(part, at) else [])
    elif rest[:1] == ["*"]:
        ends = _before_star(part.type, text, at)
        if len(rest) == 1:  # behind all else what does not fit does not make the search go on
            ends = iter([*ends, at])
    else:
        ends = iter(range(at, len(text) + 1))
    for end in ends:
        found = _match(rest, text, end)
        if found is not None:
            return (text[at:end], *found) if isinstance(part, Column) else found
    return None


def _value(column: Column, taken: str) -> object:
    """What a column makes of the text that it takes; None where it does not fit."""
    bare = taken.strip(" \n").lower()
    if column.type == "string":
        return taken
    if column.type == "real":
        spelled = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", taken.strip(" ").lower(), re.ASCII)
        return float(spelled[0]) if spelled else None
    if column.type == "bool":
        bare = taken.strip(" ").lower()
        if bare in ("true", "false"):
            return bare == "true"
    whole = int(bare) if re.fullmatch(r"[-+]?\d+", bare, re.ASCII) else None
    if whole is not None and not -(2**63) <= whole < 2**63:
        return None
    return whole if column.type == "long" or whole is None else whole != 0


AMBIGUOUS = "ambiguous"  # whether the pattern may begin within the text is not documented


def reference(parts: list[Part], kind: str, text: str) -> tuple[object, ...] | str | None:
    """The columns of a row; AMBIGUOUS where the engine has to refuse, None where nothing matches."""
    columns = [part for part in parts if isinstance(part, Column)]
    relaxed = kind == "relaxed"

    def read(at: int) -> tuple[object, ...] | None:
        found = _match(parts, text, at)
        return None if found is None else tuple(map(_value, columns, found))

    def fits(values: tuple[object, ...] | None) -> bool:
        return values is not None and (relaxed or None not in values)

    first = read(0)
    if first is None and parts[0] != "*" and not isinstance(parts[0], Column):
        within = next((values for at in range(1, len(text) + 1) if (values := read(at)) is not None), None)
        if fits(within):
            return AMBIGUOUS
    return first if fits(first) else None


# --- patterns and texts -----------------------------------------------------------------------------------------------
_TEXTS = st.sampled_from(
    ["/", "a", "=", ";", "ab", "=>", "]", "[", "^", "-", "\\", ".", " ", "a=", "\n", "é", "😀", "1", "&&", "$", "(?"]
)
_TYPES = st.sampled_from(["string", "string", "string", "long", "real", "bool"])
_FITTING = {
    "string": st.sampled_from(["", "a", "x y", "b=", "/", "12", "é\n", "]^", "x;"]),
    "long": st.sampled_from(["0", "12", "-7", "+3", " 5", "5 ", "9223372036854775808", "007"]),
    "real": st.sampled_from(["1.5", "-2", "3.", ".5", "1e3", " 0.25", "-.5e-2"]),
    "bool": st.sampled_from(["true", "False", "0", "2", " true", "TRUE "]),
}
_NOISE = st.lists(st.sampled_from(["/", "a", "=", ";", "]", "^", "-", "1", " ", "\n", "."]), max_size=3).map("".join)


@st.composite
def patterns(draw: st.DrawFn) -> list[Part]:
    """Texts, columns and stars, as the engine takes them: no two columns side by side, no text before a star."""
    parts: list[Part] = []
    if draw(st.booleans()):
        parts += [*draw(st.sampled_from([[], ["*"]])), draw(_TEXTS)]
    for index in range(draw(st.integers(1, 3))):
        column = Column(f"c{index}", draw(_TYPES))
        star = column.type != "string" and draw(st.integers(0, 3)) == 0
        parts += [column, *(["*"] if star else []), draw(_TEXTS)]
    last = draw(st.sampled_from(["text", "star", "column", "column and star"]))
    if last == "star":
        parts.append("*")
    if last.startswith("column"):
        kind = draw(_TYPES)
        parts.append(Column("z", kind))
        parts += ["*"] if last == "column and star" and kind != "string" else []
    return parts


@st.composite
def texts(draw: st.DrawFn, parts: list[Part]) -> str:
    """A text that the pattern mostly matches."""
    made = ""
    for part in parts:
        if isinstance(part, Column):
            made += draw(_FITTING[part.type if draw(st.integers(0, 7)) else "string"])
        else:
            made += draw(_NOISE) if part == "*" else part
    return draw(st.sampled_from([made] * 8 + [made + ";", " " + made, made[1:], ""]))


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Part], str, str, list[str]]:
    """A pattern, the operator, its kind, and the texts."""
    parts = draw(patterns())
    operator, kind = draw(
        st.sampled_from([("parse", "simple"), ("parse", "relaxed"), ("parse-where", "simple"), ("parse", "simple")])
    )
    return parts, operator, kind, draw(st.lists(texts(parts), min_size=6, max_size=6))


def literal(text: str) -> str:
    """A text as KQL spells it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine({}) as engine:
        yield engine


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(question=questions())
def test_parse_takes_what_a_reader_takes(engine: Engine, question: tuple[list[Part], str, str, list[str]]) -> None:
    parts, operator, kind, rows = question
    pattern = " ".join(part if part == "*" else literal(part) if isinstance(part, str) else str(part) for part in parts)
    columns = [part for part in parts if isinstance(part, Column)]
    listed = ", ".join(f"{i}, {literal(text)}" for i, text in enumerate(rows))
    query = (
        f"datatable(n:long, s:string)[{listed}] | {operator} {f'kind={kind} ' if kind != 'simple' else ''}s with "
        f"{pattern} | order by n asc | project n, {', '.join(column.name for column in columns)}"
    )
    note(query)
    expected = [reference(parts, kind, text) for text in rows]
    if AMBIGUOUS in expected:
        with pytest.raises(KqlError, match="begins with a text"):
            engine.query(query)
        return
    nothing = tuple("" if column.type == "string" else None for column in columns)
    wanted = [
        (n, *(nothing if values is None else values))
        for n, values in enumerate(expected)
        if values is not None or operator == "parse"
    ]
    assert engine.query(query).rows == wanted
