"""A plan for people: what is done to which resource, field by field, queries line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from masthead.report.excerpt import visible
from masthead.report.plan_words import SIGNS, drift_words, rest_lines, summary_line, where_line
from masthead.workspace.changes import FieldChange
from masthead.workspace.plan import Action, Plan, Step

_RESET, _DIM, _RED, _GREEN, _YELLOW = "\033[0m", "\033[2m", "\033[31m", "\033[32m", "\033[33m"
_COLOURS = {
    Action.CREATE: _GREEN,
    Action.CHANGE: _YELLOW,
    Action.DELETE: _RED,
    Action.LEAVE: _RED,
    Action.ADOPT: _YELLOW,
}
_WIDTH = 90  # characters of a value that are shown


def plan_lines(plan: Plan, *, colour: bool = False, drift_only: bool = False) -> Iterator[str]:
    """The lines that show the plan. drift_only: only what was changed since it was deployed."""
    yield where_line(plan)
    yield ""
    steps = plan.drifted if drift_only else plan.steps
    for step in steps:
        yield from step_lines(step, colour=colour)
    if steps:
        yield ""
    if drift_only:
        count = len(plan.drifted)
        yield f"{count} changed since {'it was' if count == 1 else 'they were'} deployed." if count else "No drift."
        waiting = sum(step.action is not Action.LEAVE for step in plan.steps) - count
        if waiting > 0:
            yield f"{waiting} more to deploy, which nobody has changed: masthead plan {plan.workspace.name}."
        return
    yield summary_line(plan)
    yield from rest_lines(plan)


def step_lines(step: Step, *, colour: bool = False) -> Iterator[str]:
    """The lines that show one step."""
    head = f"  {SIGNS[step.action]} {step.action:<7} {step.key.kind:<15} {visible(step.title)}"
    yield _paint(head, _COLOURS.get(step.action, ""), colour) + (f"  {step.path}" if step.path else "")
    if drift := drift_words(step):
        yield f"      {_paint(visible(drift), _YELLOW, colour)}"
    for note in step.notes:
        yield f"      {visible(note)}"
    if step.action in (Action.CHANGE, Action.ADOPT, Action.LEAVE):
        for change in step.changes:
            yield from change_lines(change, colour=colour)


def change_lines(change: FieldChange, *, colour: bool = False, margin: str = "      ") -> Iterator[str]:
    """The lines that show what becomes of one field."""
    if not change.is_long:
        yield f"{margin}{change.field}: {_short(change.old)} → {_short(change.new)}"
        return
    yield f"{margin}{change.field}:"
    for line in change.lines():
        paint = {"-": _RED, "+": _GREEN}.get(line[:1], _DIM)
        yield f"{margin}  {_paint(visible(line), paint, colour)}"


def _short(value: Any) -> str:
    if value is None:
        return "(none)"
    text = visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _paint(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_RESET}" if colour and code else text
