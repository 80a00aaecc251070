"""A fault at every single request of a deployment, one at a time, and what is true after each.

The deployment creates, changes and deletes. After each fault: what is not ours is as it was; what failed was named;
nothing is there twice; and the next run converges, after which there is nothing to do. By default each fault strikes at
every seventh request, from another one on for each; with MASTHEAD_FAULTS=all at each, which takes some minutes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from stand_in import Effect, Fault
from tooling.workspace.stage import Stage, staged

from masthead.workspace.deploy import Outcome, StepResult
from masthead.workspace.errors import WorkspaceError

EVERY = 1 if os.environ.get("MASTHEAD_FAULTS") == "all" else 7

NAMED = [effect for effect in Effect if effect not in (Effect.KILLED, Effect.KILLED_AFTER)]
"""All but the death of the client, which names nothing: see `test_killed`."""

PASSING = [Effect.THROTTLED, Effect.FAILED, Effect.UNAVAILABLE, Effect.TIMEOUT, Effect.DROPPED, Effect.DROPPED_AFTER]
"""Those that a client that tries again does not even notice."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A workspace in which some of ours is deployed, and content that has moved on since."""
    with staged(tmp_path_factory.mktemp("faults")) as stage:
        workbook = (stage.root / "workbooks/sign-in/sign-ins.yaml").read_text(encoding="utf-8")
        stage.remove("workbooks/sign-in/sign-ins.yaml")
        stage.deploy()
        (stage.root / "workbooks/sign-in/sign-ins.yaml").write_text(workbook, encoding="utf-8")
        stage.edit("functions/sign-ins.yaml", "isnotempty(UserPrincipalName)", "isnotempty(IPAddress)")
        stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High")
        stage.edit("watchlists/people.csv", "alice@contoso.example,2027-01-01", "carol,")
        stage.remove("hunting/sign-in/rare.yaml")
        stage.keep()
        yield stage


def deploy(stage: Stage, attempts: int = 0) -> list[StepResult]:
    return stage.deploy(stage.session(attempts=attempts), prune=True)


def names(stage: Stage) -> Counter[tuple[str, str]]:
    """How often each display name is there, by type; of watchlists their rows. A lease does not count."""
    found: Counter[tuple[str, str]] = Counter()
    for type in ("alertRules", "savedSearches", "workbooks", "automationRules", "watchlists"):
        found.update((type, title) for title in stage.titles(type) if title != "A deployment of masthead is under way")
    found.update(
        ("item", str(sorted(each["properties"]["itemsKeyValue"].items())))
        for each in stage.stand_in.resources("watchlistItems")
    )
    return found


@pytest.fixture(scope="module")
def wanted(stage: Stage) -> tuple[Counter[tuple[str, str]], int]:
    """What is there after a deployment without faults, and how many requests that took."""
    stage.restore()
    assert all(each.outcome is Outcome.DONE for each in deploy(stage))
    requests = sum("/oauth2/" not in call.path and "/v2.0/" not in call.path for call in stage.stand_in.calls)
    found = names(stage)
    assert stage.plan(prune=True).steps == ()
    return found, requests


@pytest.mark.parametrize("effect", NAMED)
def test_after_a_fault_the_next_run_converges(
    stage: Stage, wanted: tuple[Counter[tuple[str, str]], int], effect: Effect, record_property: object
) -> None:
    target, requests = wanted
    struck = 0
    for nth in range(1 + list(Effect).index(effect) % EVERY, requests + 1, EVERY):
        stage.restore()
        others = others_of(stage)
        with stage.stand_in.faults.during(Fault(effect, nth=nth, seconds=0.05)) as fault:
            failed = failure(stage)
        where = f"{effect} at request {nth}"
        struck += fault.struck
        assert failed != "" or fault.struck == 0 or is_harmless(stage, target), f"{where}: nothing was said"
        assert others_of(stage) == others, f"{where}: what is not ours was touched"
        assert max(names(stage).values()) == max(target.values()), f"{where}: something is there twice"
        again = deploy(stage)
        assert [each.error for each in again if each.error] == [], where
        assert names(stage) == target, where
        assert stage.plan(prune=True).steps == (), where
    print(f"{effect}: {struck} faults")


@pytest.mark.parametrize("effect", PASSING)
def test_a_client_that_tries_again_gets_through(
    stage: Stage, wanted: tuple[Counter[tuple[str, str]], int], effect: Effect
) -> None:
    target, requests = wanted
    for nth in range(1 + PASSING.index(effect) % EVERY, requests + 1, EVERY):
        stage.restore()
        with stage.stand_in.faults.during(Fault(effect, nth=nth, seconds=0.05)):
            results = deploy(stage, attempts=2)
        assert [each.error for each in results if each.error] == [], f"{effect} at request {nth}"
        assert names(stage) == target, f"{effect} at request {nth}"


def failure(stage: Stage) -> str:
    """What a user was told of the fault; empty when nothing failed."""
    try:
        results = deploy(stage)
    except WorkspaceError as error:
        return error.message
    errors = [f"{each.step.title}: {each.error.message}" for each in results if each.error]
    return "; ".join(errors)


def is_harmless(stage: Stage, target: Counter[tuple[str, str]]) -> bool:
    """Whether the deployment has done its work in spite of the fault, as where only the lease was not given back."""
    return names(stage) == target


def others_of(stage: Stage) -> str:
    """A fingerprint of all that was there before us."""
    ours = [each["name"] for each in stage.stand_in.resources("metadata")]
    ours += [f"5f0f0d29-0000-4000-8000-00000000000{number}" for number in range(1, 10)]
    ours += ["people", "masthead-lease-masthead"]
    for each in stage.stand_in.resources("watchlistItems"):
        if "Until" in each["properties"]["itemsKeyValue"]:
            ours.append(each["name"])
    return stage.stand_in.fingerprint(exclude=ours)
