"""Alert rules: what the service makes of them, etags, ids at rest, limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError

from stand_in import Quirks, StandIn, alert_rules
from stand_in.bodies import RULE_ID, nrt_rule, rule

OTHER_ID = "99999999-2222-4333-8444-555555555555"


@pytest.fixture
def rules(session):
    return session.sentinel.alert_rules


def put(session, body, id=RULE_ID, **headers):
    return session.sentinel.alert_rules.create_or_update(*session.scope, id, body, headers=headers).as_dict()


def refused(call):
    with pytest.raises(HttpResponseError) as caught:
        call()
    return caught.value.status_code, caught.value.error.code, caught.value.error.message


def test_what_is_left_out_comes_back_with_the_defaults(stand_in, session):
    made = put(session, rule())
    modified = made["properties"].pop("lastModifiedUtc")
    assert modified.endswith("Z")
    assert made == {
        "id": f"{stand_in.scope}/providers/Microsoft.SecurityInsights/alertRules/{RULE_ID}",
        "name": RULE_ID,
        "type": "Microsoft.SecurityInsights/alertRules",
        "etag": made["etag"],
        "kind": "Scheduled",
        "properties": {
            **rule()["properties"],
            "description": "",
            "tactics": [],
            "techniques": [],
            "subTechniques": [],
            "alertDetailsOverride": None,
            "alertRuleTemplateName": None,
            "customDetails": None,
            "entityMappings": None,
            "eventGroupingSettings": None,
            "sentinelEntitiesMappings": None,
            "templateVersion": None,
            "incidentConfiguration": {
                "createIncident": True,
                "groupingConfiguration": {
                    "enabled": False,
                    "reopenClosedIncident": False,
                    "lookbackDuration": "PT5H",
                    "matchingMethod": "AllEntities",
                    "groupByEntities": [],
                    "groupByAlertDetails": [],
                    "groupByCustomDetails": [],
                },
            },
        },
    }


def test_what_is_spelt_otherwise_comes_back_as_the_service_spells_it(session):
    given = rule(
        severity="high",
        queryFrequency="PT60M",
        queryPeriod="PT24H",
        triggerOperator="greaterthan",
        suppressionDuration="PT01H30M00S",
        description="Why it matters.  \n",
        tactics=["Persistence", "credentialaccess"],
        techniques=["T1098", "T1078"],
    )
    made = put(session, given)["properties"]
    assert {name: made[name] for name in given["properties"]} == {
        **given["properties"],
        "severity": "High",
        "queryFrequency": "PT1H",
        "queryPeriod": "P1D",
        "triggerOperator": "GreaterThan",
        "suppressionDuration": "PT1H30M",
        "description": "Why it matters.",
        "tactics": ["CredentialAccess", "Persistence"],
        "techniques": ["T1078", "T1098"],
    }


OFF = Quirks(
    fills_in_defaults=False,
    respells_durations=False,
    reorders_lists=False,
    trims_text=False,
    canonical_case=False,
)


def test_every_quirk_can_be_switched_off():
    with StandIn(quirks=OFF) as stand_in:
        given = rule(
            queryFrequency="PT60M",
            queryPeriod="PT24H",
            description="Why. \n",
            tactics=["Persistence", "CredentialAccess"],
        )
        session = stand_in.session()
        made = put(session, given)["properties"]
        made.pop("lastModifiedUtc")
        assert made == given["properties"]
        status, _, said = refused(lambda: put(session, rule(severity="high")))
        assert (status, said) == (400, "Invalid data model. [properties.severity: 'high' must be written 'High']")


def test_a_rule_near_real_time(session, rules):
    put(session, nrt_rule())
    assert rules.get(*session.scope, RULE_ID)["kind"] == "NRT"


def test_the_kind_of_a_rule_stays(session):
    put(session, rule())
    assert refused(lambda: put(session, nrt_rule()))[:2] == (400, "BadRequest")


def test_two_rules_may_have_one_name(session, rules):
    put(session, rule())
    put(session, rule(), OTHER_ID)
    names = [each.as_dict()["properties"]["displayName"] for each in rules.list(*session.scope)]
    assert names.count("Somebody created something") == 2


# --- etags ----------------------------------------------------------------------------------------------------------
def test_a_write_without_an_etag_goes_through_whatever_happened(session):
    first = put(session, rule())
    second = put(session, rule(severity="Low"))
    assert first["etag"] != second["etag"]


def test_a_stale_etag_in_the_body_is_a_conflict(stand_in, session, rules):
    stale = put(session, rule())["etag"]
    stand_in.portal.change("alertRules", RULE_ID, severity="Low")
    with pytest.raises(ResourceExistsError) as caught:
        put(session, {**rule(), "etag": stale})
    assert caught.value.status_code == 409
    assert rules.get(*session.scope, RULE_ID).as_dict()["properties"]["severity"] == "Low"
    current = rules.get(*session.scope, RULE_ID).as_dict()["etag"]
    assert put(session, {**rule(), "etag": current})["properties"]["severity"] == "Medium"


def test_a_stale_etag_in_the_header_is_a_failed_condition(stand_in, session, rules):
    stale = put(session, rule())["etag"]
    current = put(session, rule())["etag"]
    assert refused(lambda: put(session, rule(), **{"If-Match": stale}))[:2] == (412, "PreconditionFailed")
    assert refused(lambda: put(session, rule(), OTHER_ID, **{"If-Match": "*"}))[0] == 412
    assert refused(lambda: put(session, rule(), **{"If-None-Match": "*"}))[0] == 412
    put(session, rule(), **{"If-Match": current})
    with pytest.raises((HttpResponseError, ResourceModifiedError)):
        rules.delete(*session.scope, RULE_ID, headers={"If-Match": current})
    assert rules.get(*session.scope, RULE_ID)


# --- deletion -------------------------------------------------------------------------------------------------------
def test_a_deleted_rule_is_gone_and_its_id_rests(stand_in, session, rules):
    put(session, rule())
    rules.delete(*session.scope, RULE_ID)
    with pytest.raises(ResourceNotFoundError):
        rules.get(*session.scope, RULE_ID)
    status, code, said = refused(lambda: put(session, rule()))
    assert (status, code) == (409, "Conflict")
    assert said.startswith(f"Rule with id '{RULE_ID}' was recently deleted. You need to allow some time")
    stand_in.clock.passed += stand_in.azure.quirks.deleted_ids_rest
    put(session, rule())


def test_an_id_rests_after_a_deletion_in_the_portal_too(stand_in, session):
    put(session, rule())
    stand_in.portal.delete("alertRules", RULE_ID)
    assert refused(lambda: put(session, rule()))[:2] == (409, "Conflict")


def test_deleting_what_is_not_there_is_no_error(stand_in, session, rules):
    rules.delete(*session.scope, RULE_ID)
    assert stand_in.calls[-1].status == 204


# --- what Sentinel does by itself -----------------------------------------------------------------------------------
def test_sentinel_disables_a_rule_that_keeps_failing(stand_in, session, rules):
    put(session, rule(description="Why it matters."))
    stand_in.portal.auto_disable(RULE_ID, "The query failed.")
    found = rules.get(*session.scope, RULE_ID).as_dict()["properties"]
    assert (found["displayName"], found["enabled"], found["description"]) == (
        "AUTO DISABLED Somebody created something",
        False,
        "The query failed.\nWhy it matters.",
    )


# --- queries --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("NoSuchTable | take 1", "Failed to run the analytics rule query. One of the tables does not exist."),
        ("AKSAuditAdmin | where NoSuchColumn == 1", "The query has errors: The name 'NoSuchColumn' does not refer to"),
        ("AKSAuditAdmin | where (", "The query has errors: "),
        ("ContainerLogV2 | take 1", "The table 'ContainerLogV2' is on the Basic plan"),
        ("TeamSignIns() | where Nope == 1", "The query has errors"),
        ("_GetWatchlist('VIPUsers') | where Nope == 1", "The query has errors"),
    ],
)
def test_a_query_that_cannot_run_is_refused(stand_in, session, query, said):
    stand_in.table("ContainerLogV2", plan="Basic")
    status, code, message = refused(lambda: put(session, rule(query=query)))
    assert (status, code) == (400, "BadRequest")
    assert said in message


@pytest.mark.parametrize(
    "query",
    [
        "union isfuzzy=true (NoSuchTable | where Nope == 1), (AKSAuditAdmin)",
        "TeamSignIns() | where UserPrincipalName in ((_GetWatchlist('VIPUsers') | project Upn))",
    ],
)
def test_queries_may_name_functions_and_watchlists_and_fuzzily_what_is_not_there(session, query):
    put(session, rule(query=query))


def test_the_tables_are_those_that_are_there_now(stand_in, session):
    body = rule(query="Own_CL | where Fine")
    assert refused(lambda: put(session, body))[0] == 400
    stand_in.table("Own_CL", {"TimeGenerated": "datetime", "Fine": "bool"})
    put(session, body)
    stand_in.without_table("Own_CL")
    assert refused(lambda: put(session, body))[0] == 400


def test_checks_of_queries_can_be_switched_off(stand_in, session):
    body = rule(query="NoSuchTable", enabled=False)
    assert refused(lambda: put(session, body))[0] == 400
    stand_in.azure.quirks = replace(stand_in.azure.quirks, checks_disabled_rules=False)
    put(session, body)
    assert refused(lambda: put(session, rule(query="NoSuchTable")))[0] == 400
    stand_in.azure.quirks = Quirks(checks_rule_queries=False)
    put(session, rule(query="NoSuchTable"))


# --- limits ---------------------------------------------------------------------------------------------------------
def test_a_workspace_has_only_so_many_enabled_rules(session, monkeypatch):
    monkeypatch.setattr(alert_rules, "MOST_RULES", 3)  # two are there already
    put(session, rule())
    assert "has already been reached" in refused(lambda: put(session, rule(), OTHER_ID))[2]
    put(session, rule(enabled=False), OTHER_ID)
    put(session, rule(severity="Low"))


def test_the_rules_that_sentinel_made_cannot_be_made_anew(session):
    fusion = {"kind": "Fusion", "properties": {"alertRuleTemplateName": "x", "enabled": True}}
    assert refused(lambda: put(session, fusion))[0] == 400


def test_ids_rest_for_as_long_as_the_quirks_say(session, stand_in):
    stand_in.azure.quirks = Quirks(deleted_ids_rest=timedelta())
    put(session, rule())
    session.sentinel.alert_rules.delete(*session.scope, RULE_ID)
    put(session, rule())
