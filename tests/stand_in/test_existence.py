"""What does not exist, is not switched on, or is asked for wrongly."""

from __future__ import annotations

import json

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.rest import HttpRequest

from stand_in import Quirks, StandIn


def code_of(call):
    with pytest.raises(HttpResponseError) as caught:
        call()
    return caught.value.status_code, caught.value.error.code


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"subscription": "00000000-0000-4000-8000-000000000000"}, (404, "SubscriptionNotFound")),
        ({"resource_group": "rg-other"}, (404, "ResourceGroupNotFound")),
        ({"workspace": "other"}, (404, "ResourceNotFound")),
    ],
    ids=["subscription", "resource group", "workspace"],
)
def test_a_place_that_does_not_exist(stand_in, changes, expected):
    session = stand_in.session(**changes)
    assert code_of(lambda: session.log_analytics.workspaces.get(*session.scope)) == expected
    assert code_of(lambda: list(session.sentinel.alert_rules.list(*session.scope))) == expected


def test_names_of_places_have_no_case(stand_in):
    workspace = stand_in.workspace
    session = stand_in.session(resource_group=workspace.resource_group.upper(), workspace=workspace.workspace.upper())
    assert session.customer_id == stand_in.live.customer_id
    assert len(list(session.sentinel.alert_rules.list(*session.scope))) == 4


def test_there_can_be_a_second_workspace_with_content_of_its_own(stand_in):
    stand_in.add_workspace("test", "rg-test")
    session = stand_in.session(resource_group="rg-test", workspace="test")
    assert list(session.sentinel.alert_rules.list(*session.scope)) == []


@pytest.mark.parametrize("nested", [True, False])
def test_a_workspace_without_sentinel(nested):
    with StandIn(sentinel=False, quirks=Quirks(nested_errors=nested)) as stand_in:
        session = stand_in.session()
        with pytest.raises(HttpResponseError) as caught:
            list(session.sentinel.alert_rules.list(*session.scope))
        message = caught.value.error.message
        said = json.loads(message)["error"]["message"] if nested else message
        assert caught.value.status_code == 400
        assert said.startswith("Workspace 'soc' is not onboarded to Microsoft Sentinel. Please onboard")
        assert session.customer_id  # the workspace itself is there


def test_a_resource_that_does_not_exist(stand_in, session):
    with pytest.raises(ResourceNotFoundError):
        session.sentinel.alert_rules.get(*session.scope, "nothing")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("alertRules", (400, "MissingApiVersionParameter")),
        ("alertRules?api-version=2019-01-01", (400, "NoRegisteredProviderFound")),
        ("playbooks?api-version=2025-10-01-preview", (404, "InvalidResourceType")),
    ],
)
def test_a_request_that_no_provider_answers(stand_in, session, path, expected):
    url = f"{stand_in.base}{stand_in.scope}/providers/Microsoft.SecurityInsights/{path}"
    response = session.sentinel.send_request(HttpRequest("GET", url))
    assert (response.status_code, response.json()["error"]["code"]) == expected


def test_what_is_there_from_the_start(stand_in, session):
    place, sentinel = session.scope, session.sentinel
    searches = session.log_analytics.saved_searches.list_by_workspace(*place).value
    found = {
        "rules": sorted(each["kind"] for each in sentinel.alert_rules.list(*place)),
        "saved searches": sorted(each.display_name for each in searches),
        "workbooks": [
            each.display_name for each in session.insights.workbooks.list_by_resource_group(place[0], "sentinel")
        ],
        "watchlists": [each.name for each in sentinel.watchlists.list(*place)],
        "items": [
            each["properties"]["itemsKeyValue"]["Upn"] for each in sentinel.watchlist_items.list(*place, "VIPUsers")
        ],
        "automation": [each.properties.display_name for each in sentinel.automation_rules.list(*place)],
        "packages": len(list(sentinel.content_packages.list(*place))),
        "connectors": sorted(each["kind"] for each in sentinel.data_connectors.list(*place)),
        "definitions": [each.name for each in sentinel.data_connector_definitions.list(*place)],
    }
    assert found == {
        "rules": ["Fusion", "MicrosoftSecurityIncidentCreation", "Scheduled", "Scheduled"],
        "saved searches": ["Errors of last week", "Rare callers", "TeamSignIns"],
        "workbooks": ["The team's own workbook"],
        "watchlists": ["VIPUsers"],
        "items": ["ceo@contoso.example", "cfo@contoso.example"],
        "automation": ["Close test incidents"],
        "packages": 5,
        "connectors": ["AzureActiveDirectory", "AzureSecurityCenter", "MicrosoftThreatProtection", "RestApiPoller"],
        "definitions": ["GitHubAuditDefinitionV2", "GitHubAuditBlobConnector"],
    }


def test_tables_have_the_columns_and_the_plan_that_they_are_given(stand_in, session):
    stand_in.table("ContainerLogV2", plan="Basic")
    stand_in.table("Own_CL", {"TimeGenerated": "datetime", "Fine": "bool"}, retention=30)
    stand_in.without_table("AKSAudit")
    tables = {each.name: each for each in session.log_analytics.tables.list_by_workspace(*session.scope)}
    own = tables["Own_CL"]
    assert "AKSAudit" not in tables
    assert (tables["ContainerLogV2"].plan, tables["AKSAuditAdmin"].plan) == ("Basic", "Analytics")
    assert {column.name: column.type for column in own.schema.columns} == {
        "TimeGenerated": "dateTime",
        "Fine": "boolean",
    }
    assert own.retention_in_days == 30
    assert tables["AKSAuditAdmin"].schema.standard_columns
    assert "CloudPolicyEnforcementEvents" not in tables  # of advanced hunting only: it has no TimeGenerated
