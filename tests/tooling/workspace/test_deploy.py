"""Deployments to the stand-in, through Microsoft's own clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stand_in import Effect, Fault, Role
from tooling.workspace.stage import AT_ONCE, FOREIGN, SHORT, Stage, staged

from masthead.content.project import Project
from masthead.workspace.complaints import complaints
from masthead.workspace.deploy import Outcome, StepResult, deploy
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.lease import Lease
from masthead.workspace.plan import Action

OURS = 8


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        yield stage


def outcomes(results: list[StepResult]) -> list[tuple[str, str, str]]:
    return [(each.step.action, each.step.title, each.outcome) for each in results]


def all_done(results: list[StepResult]) -> bool:
    return all(each.outcome is Outcome.DONE for each in results)


def others(stage: Stage) -> str:
    """A fingerprint of all that is not ours: no record of ours, no lease, none of our ids."""
    ours = {each["name"] for each in stage.stand_in.resources("metadata")}
    ours |= {f"5f0f0d29-0000-4000-8000-00000000000{number}" for number in range(1, 9)}
    ours |= {"people", "masthead-lease-masthead"}
    ours |= {each["name"] for each in stage.stand_in.resources("watchlistItems") if _is_of_people(each)}
    return stage.stand_in.fingerprint(exclude=ours)


def _is_of_people(item: dict[str, object]) -> bool:
    return "Until" in item["properties"]["itemsKeyValue"]  # type: ignore[index,operator]


def test_everything_is_created_in_the_order_of_what_needs_what(stage: Stage) -> None:
    before = others(stage)
    results = stage.deploy()
    assert outcomes(results) == [
        ("create", "People who travel", "done"),
        ("create", "Foreign sign-ins", "done"),
        ("create", "Sign-ins", "done"),
        ("create", "Sign-in of a forbidden account", "done"),
        ("create", "Sign-in from elsewhere", "done"),
        ("create", "Rare addresses", "done"),
        ("create", "Sign-ins", "done"),
        ("create", "Label incidents of sign-ins", "done"),
    ]
    written = [call.path.rsplit("/", 2)[-2:] for call in stage.stand_in.writes() if "metadata" not in call.path]
    names = [name for _, name in written if name.startswith("5f0f0d29") or name == "People"]
    # The function that calls the other one comes after it, and everything after the watchlist.
    assert names[:3] == ["People", f"{FOREIGN[:-1]}1", f"{FOREIGN[:-1]}2"]
    assert others(stage) == before


def test_a_second_deployment_changes_nothing(stage: Stage) -> None:
    stage.deploy()
    before = stage.stand_in.fingerprint()
    stage.stand_in.calls.clear()
    assert stage.deploy() == []
    assert stage.stand_in.fingerprint() == before
    assert all("masthead-lease-" in call.path for call in stage.stand_in.writes())


def test_what_is_changed_is_sent_and_nothing_else(stage: Stage) -> None:
    stage.deploy()
    stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High")
    stage.stand_in.calls.clear()
    results = stage.deploy()
    assert outcomes(results) == [("change", "Sign-in from elsewhere", "done")]
    assert [(each.field, each.old, each.new) for each in results[0].step.changes] == [("severity", "Medium", "High")]
    paths = [call.path.rsplit("/", 1)[-1] for call in stage.stand_in.writes()]
    assert [path for path in paths if "lease" not in path] == [f"analyticsrule-{FOREIGN}", FOREIGN]
    assert stage.plan().steps == ()


def test_the_rows_of_a_watchlist_are_changed_one_by_one(stage: Stage) -> None:
    stage.deploy()
    items = {each["name"] for each in stage.stand_in.resources("watchlistItems")}
    stage.edit("watchlists/people.csv", "alice@contoso.example,2027-01-01\n", "carol,\ncarol,\ndave,\n")
    assert all_done(stage.deploy())
    rows = [each for each in stage.stand_in.resources("watchlistItems") if _is_of_people(each)]
    assert sorted(each["properties"]["itemsKeyValue"]["Account"] for each in rows) == [
        'bob, the "builder"',
        "carol",
        "carol",
        "dave",
    ]
    assert len({each["name"] for each in rows} & items) == 1, "the row that stayed was not touched"
    assert stage.plan().steps == ()


def test_what_left_the_content_is_deleted_only_when_asked(stage: Stage) -> None:
    stage.deploy()
    stage.remove("hunting/sign-in/rare.yaml")
    stage.remove("automation/label.yaml")
    plan = stage.plan()
    assert (plan.steps, sorted(each.title for each in plan.orphans)) == (
        (),
        ["Label incidents of sign-ins", "Rare addresses"],
    )
    before = others(stage)
    assert outcomes(stage.deploy(prune=True)) == [
        ("delete", "Label incidents of sign-ins", "done"),
        ("delete", "Rare addresses", "done"),
    ]
    assert others(stage) == before
    assert "Rare addresses" not in stage.titles("savedSearches")
    assert stage.plan(prune=True).steps == ()


def test_what_somebody_else_made_under_our_id_is_left_until_it_is_taken_over(stage: Stage) -> None:
    body = {"kind": "NRT", "properties": {"displayName": "Theirs", "query": "SigninLogs", "severity": "Low"}}
    body["properties"] |= {"enabled": True, "suppressionEnabled": False, "suppressionDuration": "PT5H"}  # type: ignore[operator]
    stage.stand_in.portal.make("alertRules", AT_ONCE, body)
    plan = stage.plan()
    assert [(step.action, step.key.id) for step in plan.in_the_way] == [(Action.LEAVE, AT_ONCE)]
    stage.deploy()
    assert "Theirs" in stage.titles("alertRules")
    assert outcomes(stage.deploy(adopt=("detections/sign-in/at-once",))) == [
        ("adopt", "Sign-in of a forbidden account", "done")
    ]
    assert "Theirs" not in stage.titles("alertRules")
    assert stage.plan().steps == ()


def test_another_owners_content_is_not_ours(stage: Stage) -> None:
    stage.deploy()
    stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High")
    other = stage.session(owner="another-team")
    plan = stage.prepare(other, prune=True).plan
    assert [(step.action, step.key.id) for step in plan.steps] == [(Action.LEAVE, FOREIGN)]
    assert "another source's" in plan.steps[0].notes[0]


def test_drift_is_told_with_who_it_was(stage: Stage) -> None:
    stage.stand_in.table("AzureActivity")
    stage.deploy()
    stage.stand_in.portal.change("alertRules", FOREIGN, "mallory@contoso.example", enabled=False)
    stage.stand_in.portal.delete("savedSearches", f"{FOREIGN[:-1]}6", "mallory@contoso.example")
    drifted = stage.plan().drifted
    assert [(step.action, step.title, step.trace and step.trace.who) for step in drifted] == [
        ("change", "Sign-in from elsewhere", "mallory@contoso.example"),
        ("create", "Rare addresses", "mallory@contoso.example"),
    ]
    assert all_done(stage.deploy())
    assert stage.plan().steps == ()


def test_a_rule_that_sentinel_disabled_is_put_back_and_called_that(stage: Stage) -> None:
    stage.deploy()
    stage.stand_in.portal.auto_disable(AT_ONCE, "The table SigninLogs has no column UserPrincipalName.")
    (step,) = stage.plan().drifted
    assert step.auto_disabled
    assert step.notes == ("Sentinel disabled it: The table SigninLogs has no column UserPrincipalName.",)
    assert all_done(stage.deploy())
    assert stage.titles("alertRules").count("Sign-in of a forbidden account") == 1


def test_a_rule_whose_table_is_missing_is_not_enabled_until_it_is_there(stage: Stage) -> None:
    stage.stand_in.without_table("SigninLogs")
    plan = stage.plan()
    held = [step for step in plan.steps if step.desired and step.desired.body["properties"].get("enabled") is False]
    assert [step.title for step in held] == ["Sign-in of a forbidden account", "Sign-in from elsewhere"]
    assert "not enabled: " in held[0].notes[-1] and "SigninLogs" in held[0].notes[-1]
    results = stage.deploy()
    assert [each.step.title for each in results if each.outcome is Outcome.HELD] == [
        "Sign-in of a forbidden account",
        "Sign-in from elsewhere",
    ], "the service does not take a rule whose table is missing, enabled or not"
    assert [each.error for each in results if each.outcome is Outcome.FAILED] == []
    stage.stand_in.table("SigninLogs")
    assert stage.plan().drifted == ()
    assert all_done(stage.deploy())
    enabled = {each["name"]: each["properties"]["enabled"] for each in stage.stand_in.resources("alertRules")}
    assert enabled[FOREIGN] and enabled[AT_ONCE]


def test_a_service_that_takes_rules_without_their_tables_has_them_switched_off(stage: Stage) -> None:
    stage.stand_in.azure.quirks = replace(stage.stand_in.azure.quirks, checks_disabled_rules=False)
    stage.stand_in.without_table("SigninLogs")
    assert all_done(stage.deploy())
    assert stage.plan().steps == ()
    enabled = {each["name"]: each["properties"]["enabled"] for each in stage.stand_in.resources("alertRules")}
    assert not enabled[FOREIGN] and not enabled[AT_ONCE]
    stage.stand_in.table("SigninLogs")
    assert [each.field for step in stage.plan().steps for each in step.changes] == ["enabled", "enabled"]


def test_a_refused_rule_fails_alone_with_what_needs_it(stage: Stage) -> None:
    stage.edit("detections/sign-in/foreign.yaml", "project TimeGenerated,", "project NoSuchColumn,")
    results = {each.step.path: each for each in stage.deploy()}
    assert results["watchlists/people.yaml"].outcome is Outcome.DONE
    assert results["detections/sign-in/at-once.yaml"].outcome is Outcome.DONE
    failed = results["detections/sign-in/foreign.yaml"]
    assert failed.outcome is Outcome.FAILED and failed.error
    assert results["automation/label.yaml"].outcome is Outcome.SKIPPED
    assert results["automation/label.yaml"].because == failed.step.key
    (finding,) = complaints(Project.load(stage.root), list(results.values()))
    assert (finding.code, finding.path, str(finding.span)) == ("MH022", "detections/sign-in/foreign.yaml", "21:3")
    assert "NoSuchColumn" in finding.message and "NoSuchColumn" in (finding.source_line or "")
    stage.edit("detections/sign-in/foreign.yaml", "NoSuchColumn", "TimeGenerated")
    plan = stage.plan()
    assert (len(plan.steps), plan.drifted) == (2, ()), "what was never made was not deleted by anybody"
    assert all_done(stage.deploy())
    assert stage.plan().steps == ()


def test_what_depends_on_a_function_that_failed_is_left_for_the_next_run(stage: Stage) -> None:
    with stage.stand_in.faults.during(Fault(Effect.FAILED, method="PUT", path=f"savedSearches/{FOREIGN[:-1]}1$")):
        results = {each.step.path: each for each in stage.deploy()}
    assert [path for path, each in results.items() if each.outcome is Outcome.FAILED] == ["functions/sign-ins.yaml"]
    assert sorted(str(path) for path, each in results.items() if each.outcome is Outcome.SKIPPED) == [
        "automation/label.yaml",
        "detections/sign-in/foreign.yaml",
        "functions/foreign-sign-ins.yaml",
        "hunting/sign-in/rare.yaml",
        "workbooks/sign-in/sign-ins.yaml",
    ]
    assert all_done(stage.deploy())
    assert stage.plan().steps == ()


def test_a_change_between_plan_and_deployment_stops_that_step(stage: Stage) -> None:
    stage.deploy()
    stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High")
    session = stage.session()
    with Lease(session, "a test", lasts=SHORT) as lease:
        prepared = stage.prepare(session)
        stage.stand_in.portal.change("alertRules", FOREIGN, "mallory@contoso.example", severity="Low")
        (result,) = deploy(session, prepared.plan, prepared.desired, lease)
    assert result.outcome is Outcome.FAILED
    severities = {each["name"]: each["properties"].get("severity") for each in stage.stand_in.resources("alertRules")}
    assert severities[FOREIGN] == "Low"


def test_two_deployments_at_once_are_kept_apart(stage: Stage) -> None:
    message = "another deployment is under way: the first"
    with Lease(stage.session(), "the first", lasts=SHORT), pytest.raises(WorkspaceError, match=message):
        stage.deploy()
    assert all_done(stage.deploy())


def test_a_lease_that_nobody_renews_runs_out(stage: Stage) -> None:
    killed = Lease(stage.session(), "one that was killed", lasts=SHORT)
    killed._acquire()
    told: list[str] = []
    with Lease(stage.session(), "the next", told.append, lasts=SHORT) as lease:
        assert not lease.lost
    assert len(told) == 1 and "one that was killed" in told[0]


def test_part_of_the_content_brings_what_it_needs(stage: Stage) -> None:
    results = stage.deploy(paths=("detections/sign-in/foreign.yaml",))
    assert [each.step.title for each in results] == [
        "People who travel",
        "Foreign sign-ins",
        "Sign-ins",
        "Sign-in from elsewhere",
    ]


def test_an_account_that_may_not_read_is_told_which_role_it_lacks(stage: Stage) -> None:
    account = stage.stand_in.add_account("nobody")
    account.roles = frozenset()
    with pytest.raises(WorkspaceError, match=r"cannot read the workspace: the account may not \(.*/read\)") as caught:
        stage.prepare(stage.session(account=account))
    assert "Microsoft Sentinel Reader" in (caught.value.hint or "")


def test_an_account_that_may_only_read_can_plan_and_not_deploy(stage: Stage) -> None:
    session = stage.session(account=stage.stand_in.add_account("a reader", Role.READER))
    assert len(stage.prepare(session).plan.steps) == OURS
    before = stage.stand_in.fingerprint()
    with pytest.raises(WorkspaceError, match=r"the account may not \(.*savedSearches/write\)") as caught:
        stage.deploy(session)
    assert "Microsoft Sentinel Contributor" in (caught.value.hint or "")
    assert stage.stand_in.fingerprint() == before
