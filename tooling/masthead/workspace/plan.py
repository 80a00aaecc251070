"""The plan: what a deployment would do to a workspace, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from masthead.content.workspaces import Workspace
from masthead.workspace.changes import AUTO_DISABLED, FieldChange, changes
from masthead.workspace.live import LiveState, is_content
from masthead.workspace.normal import digest, normal
from masthead.workspace.ownership import NOTHING, Ownership, record_name
from masthead.workspace.resources import Desired, Key, Live, ResourceKind


class Action(StrEnum):
    """What is done to a resource.

    ADOPT makes one that is there and not ours into ours; RECORD only renews the record that it is ours, FORGET removes
    the record of one that is gone. LEAVE: it is in the way and not ours, so nothing is done.
    """

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    ADOPT = "adopt"
    RECORD = "record"
    FORGET = "forget"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Trace:
    """Who changed a resource last, when and by what operation, as the workspace's own logs tell."""

    who: str
    when: datetime
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that the plan does.

    changes: from what is there to what is wanted. had, wanted: their fingerprints; None for what is not there. etag:
    that of what is there. drifted: it is not as it was deployed. auto_disabled: Sentinel disabled it. notes: what else
    to know.
    """

    action: Action
    key: Key
    title: str
    path: str | None = None
    changes: tuple[FieldChange, ...] = ()
    had: str | None = None
    wanted: str | None = None
    etag: str | None = None
    record: str
    drifted: bool = False
    auto_disabled: bool = False
    trace: Trace | None = None
    notes: tuple[str, ...] = ()
    desired: Desired | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All steps for one workspace, in the order of deployment.

    unchanged: how many resources are as they should be. same: of these, what is not ours all the same. orphans: ours,
    though the content has them no more, and not to be deleted. foreign: content of others. problems: what a reader must
    know before.
    """

    workspace: Workspace
    steps: tuple[Step, ...]
    unchanged: int = 0
    same: tuple[Live, ...] = ()
    orphans: tuple[Live, ...] = ()
    foreign: tuple[Live, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def to_do(self) -> tuple[Step, ...]:
        """The steps that do something."""
        return tuple(step for step in self.steps if step.action is not Action.LEAVE)

    @property
    def in_the_way(self) -> tuple[Step, ...]:
        """The steps that cannot be done, since what is there is not ours."""
        return tuple(step for step in self.steps if step.action is Action.LEAVE)

    @property
    def drifted(self) -> tuple[Step, ...]:
        """The steps at resources that were changed or deleted since they were deployed."""
        return tuple(step for step in self.steps if step.drifted)


def make_plan(
    workspace: Workspace,
    desired: Collection[Desired],
    live: LiveState,
    *,
    prune: bool = False,
    adopt: Collection[str] = (),
    everything: bool = True,
) -> Plan:
    """The plan from what is there to what is wanted.

    prune: delete what is ours and wanted no more. adopt: paths of content that becomes ours though somebody else made
    it. everything: `desired` is all the content; otherwise nothing is said of what it lacks.
    """
    steps: list[Step] = []
    same: list[Live] = []
    unchanged = 0
    for each in desired:
        step = _step(each, live, adopt)
        if step is not None:
            steps.append(step)
            continue
        unchanged += 1
        if each.key not in live.owned:
            same.append(live.resources[each.key])
    wanted = {each.key for each in desired}
    deletions, orphans = _unwanted(wanted, live, prune) if everything else ([], [])
    foreign = [
        each for key, each in live.resources.items() if key not in wanted and key not in live.owned and is_content(each)
    ]
    return Plan(
        workspace=workspace,
        steps=(*steps, *deletions),
        unchanged=unchanged,
        same=tuple(same),
        orphans=tuple(orphans),
        foreign=tuple(foreign) if everything else (),
        problems=_too_many(desired, live, deletions),
    )


def _step(desired: Desired, live: LiveState, adopt: Collection[str]) -> Step | None:
    """What is to be done for one piece of content; None when it is as it should be."""
    there, owned = live.resources.get(desired.key), live.owned.get(desired.key)
    wanted = normal(desired)
    step = Step(
        action=Action.CREATE,
        key=desired.key,
        title=desired.title,
        path=desired.path,
        wanted=digest(wanted),
        record=owned.record if owned else record_name(desired.key),
        notes=desired.notes,
        desired=desired,
    )
    if there is None:
        deleted = owned is not None and owned.before != NOTHING
        gone = ("it was deployed and is not there any more",) if deleted else ()
        return replace(step, notes=(*step.notes, *gone), drifted=deleted)
    have = normal(there)
    step = replace(step, changes=changes(have, wanted), had=digest(have), etag=there.etag)
    if owned is None:
        return _not_ours(step, desired, live, adopt)
    if not step.changes:
        recorded = owned.digest == step.wanted and owned.before != NOTHING
        return None if recorded else replace(step, action=Action.RECORD, notes=())
    disabled = is_auto_disabled(there)
    notes = (*step.notes, *((f"Sentinel disabled it: {_why_disabled(there, wanted)}",) if disabled else ()))
    drifted = step.had not in (owned.digest, owned.before)
    return replace(step, action=Action.CHANGE, drifted=drifted, auto_disabled=disabled, notes=notes)


def _not_ours(step: Step, desired: Desired, live: LiveState, adopt: Collection[str]) -> Step | None:
    if desired.path in adopt:
        return replace(step, action=Action.ADOPT)
    if not step.changes:
        return None
    whose = "another source's, as its metadata say" if step.key in live.others else "not made by Masthead"
    note = f"there is one already, {whose}; --adopt {desired.path} takes it over, or give the content another id"
    return replace(step, action=Action.LEAVE, notes=(*step.notes, note))


def is_auto_disabled(live: Live) -> bool:
    """Whether Sentinel has disabled the rule because it kept failing."""
    return live.title.startswith(AUTO_DISABLED)


def _why_disabled(live: Live, wanted: dict[str, object]) -> str:
    """What Sentinel has put into the description of the rule, before or after what was there."""
    text = str(live.body.get("properties", {}).get("description") or "").replace("\r\n", "\n")
    for line in text.replace(str(wanted.get("description") or "\0"), "").splitlines():
        if line.strip():
            return line.strip()
    return "it kept failing"


def _unwanted(wanted: set[Key], live: LiveState, prune: bool) -> tuple[list[Step], list[Live]]:
    """What is ours and wanted no more: steps that delete it, dependents first, and what stays."""
    steps: list[Step] = []
    orphans: list[Live] = []
    order = list(ResourceKind)
    for key in sorted(live.owned.keys() - wanted, key=lambda key: (-order.index(key.kind), key.id)):
        owned, there = live.owned[key], live.resources.get(key)
        if there is None:
            steps.append(Step(action=Action.FORGET, key=key, title=key.id, record=owned.record))
        elif prune:
            steps.append(_deletion(there, owned))
        else:
            orphans.append(there)
    return steps, orphans


def _deletion(there: Live, owned: Ownership) -> Step:
    had = digest(normal(there))
    return Step(
        action=Action.DELETE,
        key=there.key,
        title=there.title,
        had=had,
        etag=there.etag,
        record=owned.record,
        drifted=had not in (owned.digest, owned.before),
        auto_disabled=is_auto_disabled(there),
    )


MOST_ENABLED = {"Scheduled": 512, "NRT": 50}
"""How many enabled rules of a kind a workspace holds."""


def _too_many(desired: Collection[Desired], live: LiveState, deleted: Collection[Step]) -> tuple[str, ...]:
    """Whether more rules would be enabled than a workspace holds."""
    after = {key: each.body for key, each in live.resources.items()}
    after = {key: body for key, body in after.items() if key not in {step.key for step in deleted}}
    after |= {each.key: each.body for each in desired}
    problems = []
    for kind, most in MOST_ENABLED.items():
        enabled = sum(
            key.kind is ResourceKind.DETECTION and body.get("kind") == kind and body["properties"].get("enabled", True)
            for key, body in after.items()
        )
        if enabled > most:
            problems.append(f"{enabled} {kind} rules would be enabled, and a workspace holds {most}")
    return tuple(problems)
