"""masthead plan, deploy and drift as a user meets them: what they say, and what they refuse."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from stand_in import Effect, Fault, Role
from tooling.workspace.stage import AT_ONCE, FOREIGN, Stage, staged

from masthead.cli.main import main
from masthead.workspace import connect
from masthead.workspace.session import Session


@dataclass
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        describe(stage)
        monkeypatch.chdir(stage.root)
        yield stage


def describe(stage: Stage, **changes: str) -> None:
    folder = stage.root / ".masthead"
    folder.mkdir(exist_ok=True)
    text = json.dumps({**stage.stand_in.described(), **changes})
    (folder / "demo-workspace.json").write_text(text, encoding="utf-8")


@pytest.fixture
def run(stage: Stage, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfd.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


def test_plan_deploy_and_plan_again(stage: Stage, run: Run) -> None:
    plan = run("plan", "demo", "--out", "plan.json")
    assert plan.code == 0
    assert plan.out.splitlines() == [
        "Workspace demo: soc in rg-soc (public cloud), as masthead",
        "",
        "  + create  watchlist       People who travel  watchlists/people.yaml",
        "  + create  function        Foreign sign-ins  functions/foreign-sign-ins.yaml",
        "  + create  function        Sign-ins  functions/sign-ins.yaml",
        "  + create  detection       Sign-in of a forbidden account  detections/sign-in/at-once.yaml",
        "  + create  detection       Sign-in from elsewhere  detections/sign-in/foreign.yaml",
        "  + create  hunting query   Rare addresses  hunting/sign-in/rare.yaml",
        "  + create  workbook        Sign-ins  workbooks/sign-in/sign-ins.yaml",
        "  + create  automation rule Label incidents of sign-ins  automation/label.yaml",
        "",
        "Plan: 8 to create, 0 as they should be.",
        "7 of others, left alone.",
        "Kept in plan.json: masthead deploy demo plan.json",
    ]
    assert run("plan", "demo", "--exit-code").code == 1
    done = run("deploy", "demo", "plan.json", "--summary", "summary.md")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Deployment: 8 created.")
    assert len(done.err.splitlines()) == 8 and done.err.startswith(
        "[1/8] created    watchlist       People who travel\n"
    )
    assert (stage.root / "summary.md").read_text(encoding="utf-8").startswith("Deployment: 8 created.\n\n| | kind |")
    assert run("plan", "demo", "--exit-code").code == 0
    again = run("deploy", "demo", "plan.json")
    assert (again.code, again.out.splitlines()[2]) == (0, "Plan: nothing to do, 8 as they should be.")


def test_a_change_is_shown_field_by_field_and_queries_line_by_line(stage: Stage, run: Run) -> None:
    run("deploy", "demo")
    stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High")
    stage.edit("detections/sign-in/foreign.yaml", "| project TimeGenerated,", "| project Seen = TimeGenerated,")
    assert run("plan", "demo").out.splitlines()[2:10] == [
        "  ~ change  detection       Sign-in from elsewhere  detections/sign-in/foreign.yaml",
        "      query:",
        "         ForeignSignIns",
        '         | where UserPrincipalName !in ((_GetWatchlist("People") | project SearchKey))',
        "        -| project TimeGenerated, UserPrincipalName, IPAddress",
        "        +| project Seen = TimeGenerated, UserPrincipalName, IPAddress",
        "      severity: Medium → High",
        "",
    ]
    data = json.loads(run("plan", "demo", "--format", "json").out)
    assert [(each["action"], [one["field"] for one in each["changes"]]) for each in data["steps"]] == [
        ("change", ["query", "severity"])
    ]
    markdown = run("plan", "demo", "--format", "markdown").out
    assert markdown.startswith("<!-- masthead plan demo -->\n### Workspace demo: soc in rg-soc")
    assert "| change | detection | Sign-in from elsewhere | `detections/sign-in/foreign.yaml` |" in markdown
    assert "\n```diff\n" in markdown and "\nseverity: Medium → High\n" in markdown


def test_drift_says_what_was_changed_and_by_whom(stage: Stage, run: Run) -> None:
    stage.stand_in.table("AzureActivity")
    run("deploy", "demo")
    assert run("drift", "demo").code == 0
    stage.stand_in.portal.change("alertRules", FOREIGN, "mallory@contoso.example", enabled=False)
    stage.stand_in.portal.auto_disable(AT_ONCE, "The column UserPrincipalName is gone.")
    said = run("drift", "demo")
    assert said.code == 1
    assert "changed in the workspace since it was deployed by mallory@contoso.example, 2" in said.out
    assert "      enabled: false → true" in said.out
    assert "      Sentinel disabled it: The column UserPrincipalName is gone." in said.out
    assert said.out.splitlines()[-1] == "2 changed since they were deployed."
    assert len(json.loads(run("drift", "demo", "--format", "json").out)["drifted"]) == 2
    assert "\n2 changed since the last deployment.\n" in run("drift", "demo", "--format", "markdown").out


def test_a_refused_rule_is_shown_at_its_line(stage: Stage, run: Run) -> None:
    stage.edit("detections/sign-in/foreign.yaml", "project TimeGenerated,", "project NoSuchColumn,")
    said = run("deploy", "demo")
    assert said.code == 1
    assert "detections/sign-in/foreign.yaml:21:3: error MH022 refused  cannot write the detection: " in said.err
    assert "\n  21 |   | project NoSuchColumn, UserPrincipalName, IPAddress\n     |   ^^^" in said.err
    assert "SKIPPED    automation rule Label incidents of sign-ins, since detection 5f0f" in said.err
    assert said.out.splitlines()[-1] == "Deployment: 6 created, 1 failed, 1 skipped."


def test_content_that_cannot_be_used_stops_everything(stage: Stage, run: Run) -> None:
    stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: Enormous")
    said = run("deploy", "demo")
    assert said.code == 1
    assert "detections/sign-in/foreign.yaml:7:11: error MH008 schema" in said.err
    assert [call for call in stage.stand_in.writes() if "masthead-lease" not in call.path] == []


REFUSALS = {
    "an unknown workspace": (("plan", "production"), 'there is no workspace "production"'),
    "an unknown path": (("plan", "demo", "detections/sign-in/foriegn"), 'Did you mean "detections/sign-in/foreign"?'),
    "a plan that is not there": (("deploy", "demo", "no.json"), "no.json: no such file or directory"),
    "a plan with options of its own": (("deploy", "demo", "no.json", "--prune"), "a PLAN has its own --only, --prune"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_misuse_is_told(run: Run, case: str) -> None:
    arguments, message = REFUSALS[case]
    said = run(*arguments)
    assert said.code == 2 and message in said.err and "Traceback" not in said.err


def test_a_stale_plan_touches_nothing(stage: Stage, run: Run) -> None:
    run("deploy", "demo")
    stage.edit("detections/sign-in/foreign.yaml", "severity: Medium", "severity: High")
    run("plan", "demo", "--out", "plan.json")
    stage.stand_in.portal.change("alertRules", FOREIGN, severity="Low")
    before = stage.stand_in.fingerprint(exclude=["masthead-lease-masthead"])
    said = run("deploy", "demo", "plan.json")
    assert said.code == 2
    assert said.err.splitlines() == [
        "error: nothing was done, since plan.json is not the plan any more",
        "  Sign-in from elsewhere: it was changed in the workspace since the plan",
        "  hint: Plan again: masthead plan demo --out plan.json.",
    ]
    assert stage.stand_in.fingerprint(exclude=["masthead-lease-masthead"]) == before


def test_a_workspace_without_sentinel_is_told(stage: Stage, run: Run) -> None:
    stage.stand_in.add_workspace("bare", "rg-soc", sentinel=False)
    describe(stage, workspace="bare")
    said = run("plan", "demo")
    assert said.code == 2 and "has no Sentinel" in said.err and "hint: " in said.err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"workspace": "law-nowhere"}, "there is no workspace law-nowhere in the resource group rg-soc"),
        ({"resource_group": "rg-nowhere"}, "there is no resource group rg-nowhere"),
        ({"subscription": "11111111-1111-4111-8111-111111111111"}, "there is no subscription 11111111-"),
        ({"client_secret": "wrong-secret"}, "cannot sign in to workspace demo"),
        ({"tenant": "11111111-1111-4111-8111-111111111111"}, "cannot sign in to workspace demo"),
        ({"resource_manager": "https://evil.example"}, "names another machine"),
    ],
    ids=["workspace", "group", "subscription", "secret", "tenant", "address"],
)
def test_what_does_not_exist_is_named(stage: Stage, run: Run, change: dict[str, str], message: str) -> None:
    describe(stage, **change)
    said = run("plan", "demo")
    assert said.code == 2 and message in said.err and "Traceback" not in said.err
    assert "wrong-secret" not in said.out + said.err


def test_a_missing_role_is_named_with_the_action(stage: Stage, run: Run) -> None:
    reader = stage.stand_in.add_account("a-reader", Role.READER)
    describe(stage, client_id=reader.client_id, client_secret=reader.client_secret)
    assert run("plan", "demo").code == 0
    said = run("deploy", "demo")
    assert said.code == 2
    assert "the account may not (Microsoft.OperationalInsights/workspaces/savedSearches/write)" in said.err
    assert 'hint: Give the account the role "Microsoft Sentinel Contributor" on the resource group rg-soc.' in said.err


def test_no_token_and_no_secret_is_ever_said(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in what succeeds, not in what fails, not in a plan, not with the libraries' own logging switched on."""
    monkeypatch.setattr(connect, "Session", partial(Session, attempts=0))
    logging.basicConfig(level=logging.DEBUG, force=True)
    said: list[str] = []
    try:
        for effect in (None, Effect.FAILED, Effect.TOKEN_EXPIRED, Effect.DROPPED, Effect.TRUNCATED_AFTER):
            fault = Fault(effect or Effect.FAILED, nth=1 if effect else 10_000, times=1_000)
            with stage.stand_in.faults.during(fault):
                for command in (("plan", "demo", "--out", "plan.json"), ("deploy", "demo"), ("drift", "demo")):
                    result = run(*command)
                    said += [result.out, result.err]
    finally:
        logging.basicConfig(level=logging.WARNING, force=True)
    said.append((stage.root / "plan.json").read_text(encoding="utf-8"))
    text = "\n".join(said)
    assert stage.stand_in.account.client_secret not in text
    tokens = re.findall(r".{0,60}eyJ[\w-]{10,}.{0,20}", text)
    assert tokens == []
