"""A deployment for people: each step as it is done, and what came of all of them."""

from __future__ import annotations

from collections import Counter

from masthead.report.excerpt import visible
from masthead.workspace.deploy import Outcome, StepResult
from masthead.workspace.plan import Action

_DONE = {
    Action.CREATE: "created",
    Action.CHANGE: "changed",
    Action.DELETE: "deleted",
    Action.ADOPT: "taken over",
    Action.RECORD: "recorded",
    Action.FORGET: "forgotten",
}


def progress_line(done: int, total: int, result: StepResult) -> str:
    """One step that has ended."""
    step = result.step
    what = _DONE[step.action] if result.outcome is Outcome.DONE else result.outcome.upper()
    because = f", since {result.because} failed" if result.because else ""
    return f"[{done:>{len(str(total))}}/{total}] {what:<10} {step.key.kind:<15} {visible(step.title)}{because}"


def outcome_line(results: list[StepResult]) -> str:
    """What came of the deployment."""
    done = Counter(_DONE[each.step.action] for each in results if each.outcome is Outcome.DONE)
    parts = [f"{count} {what}" for what, count in done.items()]
    for outcome in (Outcome.FAILED, Outcome.SKIPPED, Outcome.HELD):
        if count := sum(each.outcome is outcome for each in results):
            parts.append(f"{count} {outcome}")
    return f"Deployment: {', '.join(parts) or 'nothing to do'}."


def deployment_markdown(results: list[StepResult]) -> str:
    """The same as Markdown, for the summary of a job."""
    lines = [outcome_line(results), ""]
    if results:
        lines += ["| | kind | title |", "| --- | --- | --- |"]
    for each in results:
        what = _DONE[each.step.action] if each.outcome is Outcome.DONE else f"**{each.outcome}**"
        title = visible(each.step.title).replace("|", "\\|").replace("<", "&lt;").replace("@", "&#64;")
        lines.append(f"| {what} | {each.step.key.kind} | {title} |")
    return "\n".join(lines) + "\n"
