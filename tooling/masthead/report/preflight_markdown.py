"""A preflight as Markdown, for a job's summary or an issue."""

from __future__ import annotations

from collections.abc import Iterator

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


def render_markdown(found: Preflight) -> str:
    """All of it."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Preflight) -> Iterator[str]:
    yield f"## Preflight of {_plain(found.workspace.name)}"
    yield ""
    yield summary(found)
    yield ""
    for source in found.sources:
        if source.gaps:
            yield from _source(source, found)
    if found.failing:
        yield "### Rules that fail"
        yield ""
        yield "| rule | status | reason | file |"
        yield "| --- | --- | --- | --- |"
        for each in found.failing:
            cells = (each.name, each.status, each.reason, each.path or "not of this project")
            yield f"| {' | '.join(map(_plain, cells))} |"
        yield ""
    for each in found.unknown:
        yield f"- Not known: {_plain(each)}"
    if rest := not_needed(found):
        yield f"- {rest}"


def _source(source: SourceReport, found: Preflight) -> Iterator[str]:
    yield f"### {_plain(heading(source))}"
    yield ""
    yield "| table | verdict | |"
    yield "| --- | --- | --- |"
    for gap in source.gaps:
        said = "; ".join([table_words(gap, found.at), *list(gap.broken.values())[:1]])
        yield f"| `{gap.name}` | {gap.verdict} | {_plain(said)} |"
    yield ""
    cost = together(source.gaps)
    for title, pieces in (("Lost", cost.lost), ("See less", cost.less)):
        if pieces:
            yield f"<details><summary>{title}: {counts(pieces)}</summary>"
            yield ""
            for use_case, names in by_use_case(pieces):
                yield f"- {use_case}: {', '.join(names)}"
            yield ""
            yield "</details>"
            yield ""
    if cost.risks:
        yield f"Without any other coverage: {', '.join(cost.risks)}"
        yield ""
    for number, remedy in enumerate(source.remedies, start=1):
        yield f"{number}. {_plain(remedy.do)}"
        if remedy.run:
            yield from ("", "   ```sh", f"   {remedy.run}", "   ```", "")
    if source.remedies:
        yield ""


_MARKS = str.maketrans({**{each: f"\\{each}" for each in "\\`*_{}[]|"}, "<": "&lt;", ">": "&gt;"})


def _plain(text: str) -> str:
    """Text of others within Markdown: it can neither leave its cell nor become markup."""
    return " ".join(text.translate(_MARKS).split())
