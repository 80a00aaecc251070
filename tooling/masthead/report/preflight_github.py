"""A preflight as annotations: one for each log source with gaps, and one for each rule of the project that fails."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.report.findings_github import command
from masthead.report.preflight_words import cost_words, heading, summary, table_words, together
from masthead.workspace.preflight.examine import Preflight


def render_github(found: Preflight) -> str:
    """A workflow command for each, and the summary as a plain line."""
    return "\n".join((*_commands(found), summary(found))) + "\n"


def _commands(found: Preflight) -> Iterator[str]:
    for source in found.sources:
        if not source.gaps:
            continue
        cost = together(source.gaps)
        lines = [f"{gap.name} is {gap.verdict}: {table_words(gap, found.at)}" for gap in source.gaps]
        lines += cost_words(cost)
        if cost.risks:
            lines.append(f"without any other coverage: {', '.join(cost.risks)}")
        lines += [remedy.do if remedy.run is None else f"{remedy.do} {remedy.run}" for remedy in source.remedies]
        yield command("error" if cost.lost else "warning", {"title": heading(source)}, "\n".join(lines))
    for rule in found.failing:
        where = {"file": rule.path} if rule.path else {}
        kind = "error" if rule.path else "warning"
        yield command(kind, {**where, "title": "this rule fails"}, f"{rule.name}: {rule.status}, {rule.reason}")
