"""Deployment: the steps of a plan, done in order, several at a time.

Each step can be done twice: what it finds done already it leaves. So a deployment that was cut short anywhere is
finished by the next one, and an answer that got lost is told from a refusal by looking what is there.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from masthead.workspace.api import Api
from masthead.workspace.dependencies import dependencies
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.lease import Lease
from masthead.workspace.live import AT_ONCE
from masthead.workspace.normal import ITEMS, normal
from masthead.workspace.ownership import NOTHING, record_of
from masthead.workspace.plan import Action, Plan, Step
from masthead.workspace.resources import Desired, Key, ResourceKind
from masthead.workspace.session import Session

_ITEMS_OF = uuid.UUID("8f3b7a52-64a5-5d0e-9d37-0b6f4f1d2c11")  # the namespace of the ids of items


_ABOUT_TABLES = re.compile(r"\btables?\b|\bquery\b|\bplan\b", re.IGNORECASE)
"""What a refusal speaks of when the tables of a rule are the reason."""


class Outcome(StrEnum):
    """What became of a step.

    SKIPPED: something that it depends on failed. HELD: the service does not even take the rule while its tables are
    missing, so it waits for the deployment that comes after them.
    """

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    HELD = "held back"


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step and what became of it; `error` says why it failed, `because` what it was skipped for."""

    step: Step
    outcome: Outcome
    error: WorkspaceError | None = None
    because: Key | None = None


Progress = Callable[[int, int, StepResult], None]
"""Told after each step: how many are done, of how many, and the last one."""


def deploy(
    session: Session, plan: Plan, desired: Iterable[Desired], lease: Lease, progress: Progress = lambda *_: None
) -> list[StepResult]:
    """Do the steps of `plan`, whose content is `desired`, while `lease` is held; what became of each, in its order.

    What is refused is reported in the results, and what does not depend on it is done all the same.
    """
    api, needs = Api(session), dependencies(desired)
    results: dict[Key, StepResult] = {}

    def finish(result: StepResult) -> None:
        results[result.step.key] = result
        progress(len(results), len(plan.to_do), result)

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for wave in _waves(plan.to_do, needs):
            running = []
            for step in wave:
                failed = [key for key in needs.get(step.key, ()) if key in results and _has_failed(results[key])]
                if failed:
                    finish(StepResult(step, Outcome.SKIPPED, because=min(failed, key=str)))
                else:
                    running.append(pool.submit(_attempt, api, step, lease))
            for future in as_completed(running):
                finish(future.result())
    finally:
        pool.shutdown(cancel_futures=True)
    return [results[step.key] for step in plan.to_do]


def _has_failed(result: StepResult) -> bool:
    return result.outcome in (Outcome.FAILED, Outcome.SKIPPED)


def _waves(steps: Iterable[Step], needs: Mapping[Key, frozenset[Key]]) -> Iterator[list[Step]]:
    """The steps in lots that can be done at once, each after all that it needs.

    Watchlists come first and automation rules last, and the other way round for what is deleted, at the end.
    """
    order = list(ResourceKind)
    stages: dict[tuple[bool, int], dict[Key, Step]] = {}
    for step in steps:
        removes = step.action in (Action.DELETE, Action.FORGET)
        place = order.index(step.key.kind)
        stages.setdefault((removes, -place if removes else place), {})[step.key] = step
    for _, stage in sorted(stages.items(), key=lambda each: each[0]):
        sorter = TopologicalSorter({key: needs.get(key, frozenset()) & stage.keys() for key in stage})
        try:
            sorter.prepare()
        except CycleError:  # a function that only seems to call another, by a word of its text
            yield list(stage.values())
            continue
        while sorter.is_active():
            ready = sorter.get_ready()
            yield [stage[key] for key in ready]
            sorter.done(*ready)


def _attempt(api: Api, step: Step, lease: Lease) -> StepResult:
    if lease.lost:
        hint = "Deploy again: what is done stays done."
        error = WorkspaceError("another deployment has taken over, since this one had lost its connection", hint)
        return StepResult(step, Outcome.FAILED, error)
    try:
        _do(api, step)
    except WorkspaceError as error:
        held = step.desired is not None and step.desired.held and _ABOUT_TABLES.search(error.message)
        return StepResult(step, Outcome.HELD if held else Outcome.FAILED, error)
    return StepResult(step, Outcome.DONE)


def _do(api: Api, step: Step) -> None:
    if step.action is Action.FORGET:
        api.delete_metadata(step.record)
    elif step.action is Action.DELETE:
        api.delete(step.key, step.etag)
        api.delete_metadata(step.record)
    elif step.desired is not None and step.wanted is not None:
        # The record first: whatever happens next, the resource is known to be ours.
        workspace = api.session.workspace
        api.write_metadata(step.record, record_of(workspace, step.desired, step.wanted, step.had or NOTHING))
        if step.action is not Action.RECORD and (step.changes or step.had is None):
            _write(api, step, step.desired)
        if step.had is None:
            api.write_metadata(step.record, record_of(workspace, step.desired, step.wanted, None))


def _write(api: Api, step: Step, desired: Desired) -> None:
    if any(change.field != ITEMS for change in step.changes) or step.had is None:
        try:
            api.write(desired, step.etag)
        except WorkspaceError:
            if not _is_there(api, desired):
                raise
    if desired.items is not None:
        _write_items(api, desired.key.id, desired.items)


def _is_there(api: Api, desired: Desired) -> bool:
    """Whether what a failed request was to write is there: the answer was lost, not the request.

    Of a watchlist only what its record says is looked at, since its items are still to come.
    """
    try:
        there = api.read(desired.key)
    except WorkspaceError:
        return False
    if there is None:
        return False
    wanted, have = normal(desired), normal(there)
    if desired.items is not None:
        wanted.pop(ITEMS, None)
        have.pop(ITEMS, None)
    return wanted == have


def _write_items(api: Api, alias: str, items: Iterable[Mapping[str, str]]) -> None:
    """Let the watchlist have these items and no others. What is there already is left alone."""
    ids, there = api.watchlist_items(alias)
    missing = Counter(_item_text(item) for item in items)
    kept: Counter[str] = Counter()
    surplus = []
    for item_id, item in zip(ids, there, strict=True):
        text = _item_text(item)
        if missing[text] > 0:
            missing[text] -= 1
            kept[text] += 1
        else:
            surplus.append(item_id)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = [pool.submit(api.delete_item, alias, item_id) for item_id in surplus]
        for text, count in missing.items():
            for number in range(count):
                # The same row has the same id, so that a request that is sent again does not make a second one.
                item_id = str(uuid.uuid5(_ITEMS_OF, f"{alias}/{text}/{kept[text] + number}"))
                tasks.append(pool.submit(api.write_item, alias, item_id, json.loads(text)))
        for task in tasks:
            task.result()


def _item_text(item: Mapping[str, str]) -> str:
    return json.dumps({name: str(value) for name, value in item.items()}, sort_keys=True, ensure_ascii=False)
