"""What holds after any history of edits, deployments and changes by hand.

Whatever was done before: after a deployment the plan is empty; deploying again changes nothing; and what is not ours is
as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tooling.workspace.stage import AT_ONCE, FOREIGN, PROJECT, Stage, staged
from tooling.workspace.test_faults import others_of

from masthead.workspace.deploy import Outcome

FILES = [
    "automation/label.yaml",
    "detections/sign-in/at-once.yaml",
    "hunting/sign-in/rare.yaml",
    "workbooks/sign-in/sign-ins.yaml",
]
"""Content that nothing else needs, so that it may come and go."""

EDITS = [
    ("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High"),
    ("detections/sign-in/foreign.yaml", "queryFrequency: 1h", "queryFrequency: 30m"),
    ("detections/sign-in/foreign.yaml", "AlertPerResult", "SingleAlert"),
    ("detections/sign-in/foreign.yaml", "[InitialAccess, Persistence]", "[Persistence, InitialAccess]"),
    ("detections/sign-in/foreign.yaml", "  Ask them.", "  Ask them, and their manager — “really”."),
    ("functions/sign-ins.yaml", "isnotempty(UserPrincipalName)", "isnotempty(IPAddress)"),
    ("functions/foreign-sign-ins.yaml", "'192.0.2.1'", "'192.0.2.2'"),
    ("watchlists/people.csv", "alice@contoso.example", "carol@contoso.example"),
    ("watchlists/people.csv", '"bob, the ""builder""",\n', ""),
    ("watchlists/people.yaml", "People who travel", "People on the way"),
]

BY_HAND = [
    ("alertRules", FOREIGN, {"severity": "Low"}),
    ("alertRules", FOREIGN, {"enabled": False}),
    ("alertRules", AT_ONCE, {"query": "SigninLogs\n| take 1"}),
    ("savedSearches", f"{FOREIGN[:-1]}1", {"query": "SigninLogs"}),
    ("savedSearches", f"{FOREIGN[:-1]}6", {"displayName": "Mine now"}),
    ("workbooks", f"{FOREIGN[:-1]}7", {"displayName": "Mine now"}),
    ("automationRules", f"{FOREIGN[:-1]}8", {"order": 99}),
]

STEPS = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(EDITS)),
    st.tuples(st.just("toggle"), st.sampled_from(FILES)),
    st.tuples(st.just("by hand"), st.sampled_from(BY_HAND)),
    st.tuples(st.just("deleted by hand"), st.sampled_from(BY_HAND)),
    st.tuples(st.just("disabled"), st.just(FOREIGN)),
    st.tuples(st.just("deploy"), st.booleans()),
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("laws")) as stage:
        # An id that was deleted a moment ago may not be used again; what is proven here would only wait for that.
        stage.stand_in.azure.quirks = _without_rest(stage)
        stage.keep()
        yield stage


def _without_rest(stage: Stage) -> object:
    return replace(stage.stand_in.azure.quirks, deleted_ids_rest=timedelta(0))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(STEPS, max_size=8))
def test_after_any_history_a_deployment_leaves_nothing_to_do(stage: Stage, history: list[tuple[str, object]]) -> None:
    stage.restore()
    shutil.rmtree(stage.root)
    shutil.copytree(PROJECT, stage.root)
    before = others_of(stage)
    for what, how in history:
        act(stage, what, how)
    assert [each.error for each in stage.deploy(prune=True) if each.outcome is not Outcome.DONE] == []
    assert stage.plan(prune=True).steps == ()
    assert others_of(stage) == before
    everything = stage.stand_in.fingerprint()
    assert stage.deploy(prune=True) == []
    assert stage.stand_in.fingerprint() == everything


def act(stage: Stage, what: str, how: object) -> None:
    portal = stage.stand_in.portal
    if what == "deploy":
        stage.deploy(prune=bool(how))
    elif what == "toggle":
        path = stage.root / str(how)
        if path.exists():
            path.unlink()
        else:
            shutil.copy(PROJECT / str(how), path)
    elif what == "edit":
        path, old, new = how  # type: ignore[misc]
        text = (stage.root / path).read_text(encoding="utf-8")
        (stage.root / path).write_text(
            text.replace(old, new) if old in text else text.replace(new, old) if new else text
        )
    elif what == "disabled":
        if any(each["name"] == how for each in stage.stand_in.resources("alertRules")):
            portal.auto_disable(str(how))
    else:
        type, name, properties = how  # type: ignore[misc]
        if any(each["name"].lower() == name for each in stage.stand_in.resources(type)):
            portal.change(type, name, **properties) if what == "by hand" else portal.delete(type, name)
