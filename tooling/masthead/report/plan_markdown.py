"""A plan for a pull request: a table of what it does, and the differences folded below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from masthead.report.excerpt import visible
from masthead.report.plan_human import change_lines
from masthead.report.plan_words import drift_words, rest_lines, summary_line, where_line
from masthead.workspace.plan import Action, Plan, Step

MARK = "<!-- masthead plan {name} -->"
"""The first line, by which a job finds its own comment again."""

_MOST = 60_000
"""Characters; GitHub takes 65,536 in a comment."""


def plan_markdown(plan: Plan) -> str:
    """The plan as Markdown; what would be too long for a comment is left out, and says so."""
    head = [MARK.format(name=plan.workspace.name), f"### {_escaped(where_line(plan))}", "", summary_line(plan), ""]
    if plan.steps:
        head += ["| | kind | title | file |", "| --- | --- | --- | --- |", *map(_row, plan.steps), ""]
    head += [f"{_escaped(line)}\n" for line in rest_lines(plan)]
    text = "\n".join(head)
    for step in plan.steps:
        more = "\n".join(_details(step))
        if len(text) + len(more) > _MOST:
            return text[:_MOST] + "\n\nThe rest is left out, being too long for a comment.\n"
        text += more
    return text.rstrip("\n") + "\n"


def drift_markdown(plan: Plan) -> str:
    """What was changed since it was deployed, as Markdown for an issue."""
    count = len(plan.drifted)
    shown = replace(plan, steps=plan.drifted, orphans=(), same=(), foreign=(), problems=())
    lines = plan_markdown(shown).split("\n")
    return "\n".join([*lines[:2], "", f"{count} changed since the last deployment.", *lines[4:]])


def _row(step: Step) -> str:
    path = f"`{step.path}`" if step.path else ""
    drifted = " (drifted)" if step.drifted else ""
    return f"| {step.action}{drifted} | {step.key.kind} | {_escaped(step.title)} | {path} |"


def _details(step: Step) -> Iterator[str]:
    lines = [visible(each) for each in (drift_words(step), *step.notes) if each]
    if step.action in (Action.CHANGE, Action.ADOPT, Action.LEAVE):
        lines += [line for change in step.changes for line in change_lines(change, margin="")]
    if not lines:
        return
    fence = "`" * max(3, *(_run(line) + 1 for line in lines))
    yield f"<details><summary>{step.action} {step.key.kind} {_escaped(step.title)}</summary>"
    yield ""
    yield f"{fence}diff"
    yield from lines
    yield fence
    yield "</details>"
    yield ""
    yield ""


def _run(line: str) -> int:
    """The longest run of backticks: a fence must be longer."""
    longest = count = 0
    for each in line:
        count = count + 1 if each == "`" else 0
        longest = max(longest, count)
    return longest


def _escaped(text: str) -> str:
    """Titles are content, and so not to be trusted: no markup, no mention of people."""
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    return "".join(f"\\{each}" if each in "\\`*_[]|~" else each for each in shown)
