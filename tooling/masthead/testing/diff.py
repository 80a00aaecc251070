"""Tells what is not as a case expects, as a diff: "-" is expected, "+" is what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from masthead.content.finding import visible
from masthead.simulate.simulator import Ran
from masthead.simulate.values import Row, datetime_text, text_of
from masthead.testing.compare import ABSENT, Mismatch
from masthead.testing.complaints import Count, Listing, Told, Verdict

_SHOWN = 20
"""Items of one sort that are written out; the rest is counted."""

_WIDTH = 400
"""Characters of one value that are written out."""


def diff_lines(verdict: Verdict, *, rows: bool = False) -> list[str]:
    """What the case expects and what came, and with `rows` what the query returned in each run."""
    lines = []
    for complaint in verdict.complaints:
        lines += _complaint_lines(complaint)
        lines.append("")
    if verdict.outcome:
        lines += list(_run_lines(verdict.outcome.runs, verdict.outcome.skipped, rows))
    elif rows:
        lines += [f"the query returned {_plural(len(verdict.rows), 'row')}:", *_row_lines(verdict.rows)]
    return lines


def _complaint_lines(complaint: Listing | Count | Told) -> list[str]:
    if isinstance(complaint, Told):
        return list(complaint.lines)
    return _count_lines(complaint) if isinstance(complaint, Count) else list(_listing_lines(complaint))


def _count_lines(count: Count) -> list[str]:
    if isinstance(count.expected, list):
        return [f"{count.what} differ", f"  - {', '.join(count.expected)}", f"  + {', '.join(count.actual)}"]
    expected = count.expected if isinstance(count.expected, str) else _number(count.expected, count.what)
    return [f"expected {expected}, got {count.actual or 'none'}"]


def _listing_lines(listing: Listing) -> Iterator[str]:
    comparison = listing.comparison
    yield f"expected {_number(len(listing.expected), listing.what)}, got {len(listing.actual)}; " + (
        f"{comparison.matching} as expected"
    )
    singular = listing.what.removesuffix("s")
    for wanted, got, mismatches in comparison.differing[:_SHOWN]:
        yield f"  {singular} that differs: {_called(listing.expected[wanted])}"
        for mismatch in mismatches:
            yield from _mismatch_lines(mismatch)
        yield from _notes(listing, got)
    for wanted in comparison.missing[:_SHOWN]:
        yield f"  {singular} that is missing:"
        yield from (f"    - {key}: {shown(value)}" for key, value in (listing.expected[wanted] or {"any": "…"}).items())
    for got in comparison.unexpected[:_SHOWN]:
        yield f"  {singular} that is not expected:"
        yield from (
            f"    + {key}: {shown(value)}" for key, value in listing.actual[got].items() if value not in ("", [], {})
        )
        yield from _notes(listing, got)
    rest = sum(max(0, len(each) - _SHOWN) for each in (comparison.differing, comparison.missing, comparison.unexpected))
    if rest:
        yield f"  and {rest} more"


def _mismatch_lines(mismatch: Mismatch) -> Iterator[str]:
    if mismatch.where.startswith("entities."):
        yield f"    {mismatch.where}"
        missing = [each for each in mismatch.expected if not any(_holds(each, got) for got in mismatch.actual)]
        extra = [got for got in mismatch.actual if not any(_holds(each, got) for each in mismatch.expected)]
        # Where each is like some other, they differ in number.
        if not missing and not extra:
            missing, extra = mismatch.expected, mismatch.actual
        yield from (f"      - {shown(each)}" for each in missing)
        yield from (f"      + {shown(each)}" for each in extra)
    else:
        yield f"    - {mismatch.where}: {shown(mismatch.expected)}"
        yield f"    + {mismatch.where}: {shown(mismatch.actual)}"


def _holds(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    return all(text_of(value) == actual.get(name, "") for name, value in expected.items())


def _notes(listing: Listing, index: int) -> Iterator[str]:
    if index < len(listing.notes):
        yield from (f"    note: {visible(note)}" for note in listing.notes[index])


def _called(expected: Mapping[str, Any]) -> str:
    """What tells an expected item from the others at a glance: its title, or the first thing that is said of it."""
    for key, value in {"title": expected.get("title"), **expected}.items():
        if value is not None:
            return shown(value) if key == "title" else f"{key} {shown(value)}"
    return "any"


def _run_lines(runs: Sequence[Ran], skipped: int, with_rows: bool) -> Iterator[str]:
    seen = [ran for ran in runs if ran.rows or ran.alerts]
    suppressed = f", {skipped} suppressed" if skipped else ""
    yield f"{_plural(len(runs), 'run')}{suppressed}; {len(seen) or 'none'} returned rows" + (":" if seen else "")
    for ran in seen[:_SHOWN]:
        counts = f"{_plural(len(ran.rows), 'row')}, {_plural(len(ran.alerts), 'alert')}"
        yield f"  {datetime_text(ran.run.due)[:19]}Z  {counts}"
        if with_rows:
            yield from _row_lines(ran.rows)
    if len(seen) > _SHOWN:
        yield f"  and {len(seen) - _SHOWN} more"


def _row_lines(rows: Sequence[Row]) -> Iterator[str]:
    for number, row in enumerate(rows[:_SHOWN], start=1):
        yield f"    row {number}"
        yield from (f"      {name}: {shown(value)}" for name, value in row.items() if text_of(value))
    if len(rows) > _SHOWN:
        yield f"    and {_plural(len(rows) - _SHOWN, 'row')} more"


def shown(value: Any) -> str:
    """A value on one line, cut where it is long."""
    if value is ABSENT:
        return "(none)"
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{name}: {shown(each)}" for name, each in value.items()) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(each) for each in value) + "]"
    else:
        text = text_of(value) or '""'
    text = visible(text)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}… ({len(text):,} characters)"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _number(count: int, plural: str) -> str:
    return _plural(count, plural.removesuffix("s")) if count else f"no {plural}"
