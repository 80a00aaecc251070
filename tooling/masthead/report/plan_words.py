"""What a plan does, in the words that all reports of it share."""

from __future__ import annotations

from collections import Counter

from masthead.workspace.plan import Action, Plan, Step, Trace

SIGNS = {
    Action.CREATE: "+",
    Action.CHANGE: "~",
    Action.DELETE: "-",
    Action.ADOPT: "*",
    Action.RECORD: "=",
    Action.FORGET: "=",
    Action.LEAVE: "!",
}

_TO_DO = {
    Action.CREATE: "to create",
    Action.CHANGE: "to change",
    Action.DELETE: "to delete",
    Action.ADOPT: "to take over",
    Action.RECORD: "to record anew",
    Action.FORGET: "to forget",
}


def where_line(plan: Plan) -> str:
    """Which workspace the plan is for."""
    workspace = plan.workspace
    return (
        f"Workspace {workspace.name}: {workspace.workspace} in {workspace.resource_group} "
        f"({workspace.cloud} cloud), as {workspace.owner}"
    )


def summary_line(plan: Plan) -> str:
    """How much the plan does."""
    counts = Counter(step.action for step in plan.steps)
    parts = [f"{counts[action]} {words}" for action, words in _TO_DO.items() if counts[action]]
    parts = parts or ["nothing to do"]
    parts.append(f"{plan.unchanged} as {'it' if plan.unchanged == 1 else 'they'} should be")
    if plan.drifted:
        parts.append(f"{len(plan.drifted)} changed since the last deployment")
    if plan.in_the_way:
        parts.append(f"{len(plan.in_the_way)} left alone, since what is there is not ours")
    return f"Plan: {', '.join(parts)}."


def rest_lines(plan: Plan) -> list[str]:
    """What the plan does not touch, and what must be known before it is done."""
    lines = []
    if plan.orphans:
        titles = ", ".join(f"{each.key.kind} {each.title!r}" for each in plan.orphans[:5])
        more = f" and {len(plan.orphans) - 5} more" if len(plan.orphans) > 5 else ""
        lines.append(f"Ours, and not in the content any more: {titles}{more}. --prune deletes them.")
    if plan.same:
        count = len(plan.same)
        lines.append(
            f"{count} of those as they should be {'is' if count == 1 else 'are'} not ours; --adopt takes over."
        )
    if plan.foreign:
        lines.append(f"{len(plan.foreign)} of others, left alone.")
    lines += (f"Attention: {each}." for each in plan.problems)
    return lines


def drift_words(step: Step) -> str:
    """That a step's resource is not as it was deployed, and who changed it, if known; empty when it is."""
    if not step.drifted:
        return ""
    what = "deleted" if step.had is None else "changed"
    by = f" by {_trace(step.trace)}" if step.trace else ""
    return f"{what} in the workspace since it was deployed{by}"


def _trace(trace: Trace) -> str:
    return f"{trace.who}, {trace.when:%Y-%m-%d %H:%M} UTC ({trace.operation})"
