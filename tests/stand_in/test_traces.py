"""What tells afterwards: who changed what, that others' things are untouched, and a state that lasts."""

from __future__ import annotations

from pathlib import Path

import pytest

from stand_in import StandIn
from stand_in.bodies import RULE_ID, automation_rule, rule, saved_search, watchlist
from stand_in.demo import demonstration, meddle, one_for_each_table
from stand_in.keeping import keep, restore
from stand_in.stand_in import ROOT


def rows(session, query):
    answer = session.logs.query_workspace(session.customer_id, query, timespan=None)
    return [list(row) for row in answer.tables[0].rows]


def test_the_activity_log_names_who_changed_what(stand_in, session):
    session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule())
    stand_in.portal.change("alertRules", RULE_ID, by="eve@contoso.example", severity="Low")
    stand_in.portal.delete("alertRules", RULE_ID, by="sam@contoso.example")
    query = f"""AzureActivity
        | where _ResourceId endswith "{RULE_ID}" and ActivityStatusValue == "Success"
        | order by TimeGenerated asc
        | project OperationNameValue, Caller, ResourceGroup"""
    assert rows(session, query) == [
        ["MICROSOFT.SECURITYINSIGHTS/ALERTRULES/WRITE", "masthead-deploy", "rg-soc"],
        ["MICROSOFT.SECURITYINSIGHTS/ALERTRULES/WRITE", "eve@contoso.example", "rg-soc"],
        ["MICROSOFT.SECURITYINSIGHTS/ALERTRULES/DELETE", "sam@contoso.example", "rg-soc"],
    ]


def test_the_audit_log_has_a_rule_before_and_after(stand_in, session):
    session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule())
    stand_in.portal.change("alertRules", RULE_ID, by="eve@contoso.example", severity="Low")
    query = f"""SentinelAudit
        | where SentinelResourceId endswith "{RULE_ID}"
        | summarize arg_max(TimeGenerated, *)
        | extend Before = parse_json(tostring(ExtendedProperties.OriginalResourceState)).properties.severity
        | extend After = parse_json(tostring(ExtendedProperties.UpdatedResourceState)).properties.severity
        | project OperationName, SentinelResourceName, Who = tostring(ExtendedProperties.CallerName),
            Before = tostring(Before), After = tostring(After), tostring(ExtendedProperties.ResourceDiffMemberNames)"""
    assert rows(session, query) == [
        [
            "Microsoft.SecurityInsights/alertRules/Write",
            "Somebody created something",
            "eve@contoso.example",
            "Medium",
            "Low",
            '["Properties.Severity"]',
        ]
    ]


def test_other_resources_are_in_the_activity_log_too(stand_in, session):
    session.log_analytics.saved_searches.create_or_update(*session.scope, RULE_ID, saved_search())
    session.sentinel.automation_rules.create_or_update(*session.scope, RULE_ID, automation_rule())
    query = (
        "AzureActivity | where Caller == 'masthead-deploy' | distinct OperationNameValue | order by OperationNameValue"
    )
    assert rows(session, query) == [
        ["MICROSOFT.SECURITYINSIGHTS/AUTOMATIONRULES/WRITE"],
        ["MICROSOFT.OPERATIONALINSIGHTS/WORKSPACES/SAVEDSEARCHES/WRITE"],
    ]


def test_the_fingerprint_of_others_tells_whether_they_were_touched(stand_in, session):
    before = stand_in.fingerprint(stand_in.others)
    session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule())
    assert stand_in.fingerprint(stand_in.others) == before
    assert stand_in.fingerprint(exclude=[RULE_ID]) == before
    assert stand_in.fingerprint() != before
    stand_in.portal.change("watchlists", "VIPUsers", description="Others")
    changed = stand_in.fingerprint(stand_in.others)
    assert changed != before
    stand_in.portal.delete("automationRules", stand_in.resources("automationRules")[0]["name"])
    assert stand_in.fingerprint(stand_in.others) not in (before, changed)


def test_what_is_kept_can_be_looked_at(stand_in):
    [found] = stand_in.resources("watchlists")
    assert (found["name"], found["properties"]["itemsSearchKey"]) == ("VIPUsers", "Upn")
    found["properties"].clear()  # a copy
    assert stand_in.resources("watchlists")[0]["properties"]


def test_what_does_not_exist_cannot_be_changed(stand_in):
    with pytest.raises(KeyError):
        stand_in.portal.change("alertRules", "nothing", severity="Low")
    with pytest.raises(KeyError):
        stand_in.portal.auto_disable("nothing")
    with pytest.raises(KeyError):
        stand_in.play("no/such-recording")


def test_it_goes_on_where_it_was_kept(tmp_path: Path):
    file = tmp_path / "kept.json"
    with StandIn() as first:
        session = first.session()
        session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule())
        session.sentinel.watchlists.begin_create_or_update(
            *session.scope, "Approved", watchlist(rawContent="Registry\na\n", contentType="text/csv")
        ).result()
        first.portal.delete("alertRules", RULE_ID, by="eve@contoso.example")
        keep(first, file)
    assert file.stat().st_mode & 0o077 == 0
    second = StandIn(populated=False)
    restore(second, file)
    with second:
        assert second.fingerprint() == first.fingerprint()
        assert second.workspace == first.workspace
        session = second.session(account=first.account)
        assert session.customer_id == first.live.customer_id
        [item] = session.sentinel.watchlist_items.list(*session.scope, "Approved")
        assert item["properties"]["itemsKeyValue"] == {"Registry": "a"}
        assert rows(session, "SentinelAudit | where OperationName endswith 'Delete' | count") == [[1]]
        assert second.state.resting == first.state.resting


def test_a_demonstration_has_rows_in_every_table_that_was_ever_recorded():
    made = demonstration(ROOT)
    chosen = one_for_each_table(made.project)
    recorded = {table for each in made.project.recordings.readable() for table in each.tables}
    assert sorted(table for tables in chosen.values() for table in tables) == sorted(recorded)
    with made:
        session = made.session()
        for table in ("AKSAuditAdmin", "AADNonInteractiveUserSignInLogs"):
            assert rows(session, f"{table} | summarize Fresh = max(TimeGenerated) > ago(10m)") == [[True]]


def test_a_demonstration_can_be_broken():
    made = demonstration(
        ROOT,
        recordings=["kubernetes/cluster-admin-granted"],
        without=["KubeEvents"],
        basic=["Syslog"],
        stale=["AKSAuditAdmin"],
    )
    with made:
        session = made.session()
        tables = {each.name: each.plan for each in session.log_analytics.tables.list_by_workspace(*session.scope)}
        assert (tables.get("KubeEvents"), tables["Syslog"]) == (None, "Basic")
        assert rows(session, "AKSAuditAdmin | summarize Fresh = max(TimeGenerated) > ago(29d)") == [[False]]
    for wrong in ({"without": ["NoSuchTable"]}, {"recordings": ["no/such"]}):
        with pytest.raises(KeyError):
            demonstration(ROOT, **wrong)


def test_the_logs_of_a_demonstration_go_on():
    made = demonstration(ROOT, recordings=["kubernetes/cluster-admin-granted"])
    with made:
        session = made.session()
        fresh = "AKSAuditAdmin | summarize Fresh = max(TimeGenerated) > ago(12h)"
        made.clock.passed += made.logs.every * 400
        assert rows(session, fresh) == [[True]]


def test_somebody_may_meddle_with_what_was_deployed(stand_in, session):
    assert meddle(stand_in) == []
    others = stand_in.fingerprint(stand_in.others)
    for number, id in enumerate((RULE_ID, RULE_ID.replace("1", "2"))):
        session.sentinel.alert_rules.create_or_update(*session.scope, id, rule(displayName=f"Rule {number}"))
    assert meddle(stand_in) == [
        'eve@contoso.example made the severity of "Rule 0" Low.',
        'Sentinel disabled "Rule 1", whose query kept failing.',
    ]
    kept = {each["properties"]["displayName"]: each["properties"] for each in stand_in.resources("alertRules")}
    assert kept["Rule 0"]["severity"] == "Low"
    assert kept["AUTO DISABLED Rule 1"]["enabled"] is False
    assert stand_in.fingerprint(stand_in.others) == others
