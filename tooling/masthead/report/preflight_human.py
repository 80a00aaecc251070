"""A preflight for people: the gaps, what they cost, and what closes them; what costs most first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from masthead.report.excerpt import visible
from masthead.report.preflight_words import (
    by_use_case,
    counts,
    heading,
    not_needed,
    summary,
    table_words,
    together,
)
from masthead.workspace.preflight.examine import Preflight, SourceReport
from masthead.workspace.preflight.verdicts import Verdict

_BOLD, _DIM, _RED, _YELLOW, _RESET = "\033[1m", "\033[2m", "\033[31m", "\033[33m", "\033[0m"
_WIDTH = 110
_MANY = 8  # names of a use case that are shown


def render_human(found: Preflight, *, colour: bool = False) -> str:
    """All of it."""
    return "\n".join(_lines(found, colour)) + "\n"


def _lines(found: Preflight, colour: bool) -> Iterator[str]:
    workspace = found.workspace
    yield f"Workspace {workspace.name}: {workspace.workspace} in {workspace.resource_group} ({workspace.cloud} cloud)"
    yield ""
    for source in found.sources:
        if source.gaps:
            yield from _source(source, found, colour)
            yield ""
    if found.failing:
        yield _paint("Rules that fail", _BOLD, colour)
        for rule in found.failing:
            where = f"  {rule.path}" if rule.path else "  not of this project"
            yield f"  {visible(rule.name)}: {visible(rule.status)}, {visible(rule.reason)}{where}"
        yield ""
    for each in found.unknown:
        yield f"Not known: {visible(each)}"
    if rest := not_needed(found):
        yield rest
    yield summary(found)


def _source(source: SourceReport, found: Preflight, colour: bool) -> Iterator[str]:
    yield _paint(visible(heading(source)), _BOLD, colour)
    width = max(len(gap.name) for gap in source.gaps)
    for gap in source.gaps:
        paint = _YELLOW if gap.verdict is Verdict.UNKNOWN or not gap.cost.lost else _RED
        verdict = _paint(f"{gap.verdict:<14}", paint, colour)
        yield f"  {verdict} {gap.name:<{width}}  {visible(table_words(gap, found.at))}"
        if said := next(iter(gap.broken.values()), None):
            yield f"    {visible(said)}"
    cost = together(source.gaps)
    for title, pieces in (("lost", cost.lost), ("sees less", cost.less)):
        if pieces:
            yield f"  {title}: {counts(pieces)}"
            for use_case, names in by_use_case(pieces):
                more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
                yield from _wrapped(f"{use_case}: {', '.join(names[:_MANY])}{more}", "    ")
    if cost.risks:
        yield from _wrapped(f"without any other coverage: {', '.join(cost.risks)}", "  ")
    for remedy in source.remedies:
        yield from _wrapped(f"- {remedy.do}", "  ", "    ")
        if remedy.run:
            # One line, so that it can be copied.
            yield f"      {_paint(visible(remedy.run), _DIM, colour)}"


def _wrapped(text: str, margin: str, further: str | None = None) -> list[str]:
    return textwrap.wrap(
        visible(text),
        _WIDTH,
        initial_indent=margin,
        subsequent_indent=margin + "  " if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paint(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_RESET}" if colour and code else text
