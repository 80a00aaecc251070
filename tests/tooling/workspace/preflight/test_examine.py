"""What a preflight finds in a workspace, what it says that costs, and what it advises; against the stand-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stand_in.accounts import Role

from masthead.content.finding import ContentError
from masthead.workspace.errors import WorkspaceError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = ("Gate", "Crew", "Camera", "Tower", "Loose")
ENTRA = (
    "In the Entra admin center, open Monitoring & health, Diagnostic settings, and send speech to the workspace soc."
)
NO_HEALTH = (
    "whether rules fail, since SentinelHealth has no rows. Switch on auditing and health monitoring in Sentinel's "
    "settings."
)


def verdicts(found):
    return {table.name: str(table.verdict) for source in found.sources for table in source.tables}


def gaps(found):
    """Each gap with the content that is lost, that sees less, and the risks that nothing else covers."""
    return {
        gap.name: (
            str(gap.verdict),
            [piece.content.slug for piece in gap.cost.lost],
            [piece.content.slug for piece in gap.cost.less],
            gap.cost.risks,
        )
        for gap in found.gaps
    }


def advice(found, stand_in):
    """What to do, with names of this stand-in taken out of the commands."""

    def plain(run):
        return run and run.replace(stand_in.scope, "WORKSPACE").replace(stand_in.azure.subscription, "SUBSCRIPTION")

    return [(each.do, plain(each.run)) for source in found.sources for each in source.remedies]


def test_all_is_well(look, rows, stand_in):
    rows(*ALL)
    found = look()
    assert (gaps(found), found.is_well, advice(found, stand_in), found.pieces) == ({}, True, [], 5)
    # What nothing depends on is no gap. The rule that is switched off is not asked about.
    assert verdicts(found) == dict.fromkeys(ALL, "ok") | {"GateOld": "empty"}
    assert found.unknown == (NO_HEALTH,)


def test_a_missing_table(look, rows, stand_in):
    rows(*ALL)
    for name in ("Gate", "GateOld"):
        stand_in.without_table(name)
    found = look()
    assert gaps(found) == {
        "Gate": ("missing", ["sealed", "stranger"], ["view"], []),
        "GateOld": ("missing", ["stranger"], [], []),
    }
    assert not found.is_well
    run = "az gate open --workspace WORKSPACE --location westeurope"
    assert advice(found, stand_in) == [
        ('In Sentinel, open Content hub, and install the solution "Harbour".', None),
        ('In Sentinel, open Data connectors, "Gate of the harbour", and connect it as its page says.', None),
        ("Open the gate.", run),
    ]


def test_an_old_table_stands_in_for_a_new_one(look, rows, stand_in):
    rows(*ALL, "GateOld")
    stand_in.without_table("Gate")
    assert gaps(look()) == {"Gate": ("missing", ["sealed"], ["view"], [])}


def test_a_table_on_a_plan_that_rules_cannot_read(look, rows, stand_in):
    rows(*ALL)
    stand_in.table("Gate", plan="Basic")
    found = look()
    # Workbooks can read it. The old table is not to blame, since the new one only has to be mended.
    assert gaps(found) == {"Gate": ("wrong plan", ["sealed", "stranger"], [], [])}
    run = (
        "az monitor log-analytics workspace table update --subscription SUBSCRIPTION --resource-group rg-soc "
        "--workspace-name soc --name Gate --plan Analytics"
    )
    assert advice(found, stand_in) == [("Put Gate on the Analytics plan; Azure lets the plan change once a week.", run)]


def test_a_table_that_stopped(look, rows):
    rows("Crew", "Camera", "Tower", "Loose")
    rows("Gate", ago=2 * HOUR)
    assert gaps(look()) == {"Gate": ("stale", ["sealed", "stranger"], ["view"], [])}


def test_a_quiet_table_may_be_older(look, rows):
    rows("Gate", "Camera", "Tower", "Loose")
    rows("Crew", ago=20 * DAY)
    assert gaps(look()) == {}


def test_rows_that_are_not_the_sources_own_do_not_count(look, rows):
    rows("Gate", "Crew", "Tower", "Loose")
    rows("Camera", Who="gull")
    # Another log source in the same union does not stand in for it.
    assert gaps(look()) == {"Camera": ("empty", [], ["steers", "view"], [])}


def test_what_nothing_covers_any_more(look, rows, stand_in):
    rows("Gate", "Crew", "Loose")
    found = look("detections/bridge", "detections/quay")
    assert gaps(found) == {
        "Camera": ("empty", ["steers"], [], ["bridge/mutiny"]),
        "Tower": ("empty", ["steers"], [], ["bridge/mutiny"]),
    }
    listing = (
        "Send the logs of each resource with a diagnostic setting. This lists them: "
        'az resource list --resource-type Microsoft.Harbour/cameras --query "[].id" --output tsv'
    )
    assert advice(found, stand_in) == [
        ("The subscription has no cameras; those of other subscriptions must send their logs here.", None),
        ('In Sentinel, open Data connectors, "Tower", and connect it as its page says.', None),
        (ENTRA, None),
    ]
    reader = stand_in.add_account("reader", Role.READER)
    reader.reads_others = False
    categories = '[{"category": "moved", "enabled": true}, {"category": "seen", "enabled": true}]'
    run = (
        "az monitor diagnostic-settings create --name to-sentinel --resource RESOURCE_ID --workspace WORKSPACE "
        f"--export-to-resource-specific true --logs '{categories}'"
    )
    assert advice(look("detections/bridge", account=reader), stand_in)[0] == (listing, run)


LET_IT_SEND = "Let north send the rows of Camera, to tables of their own."


@pytest.mark.parametrize(
    ("workspace", "dedicated", "enabled", "do", "setting", "categories"),
    [
        (
            "ours",
            "Dedicated",
            "seen",
            "The diagnostic setting mine of north sends them: see whether north runs.",
            "",
            "",
        ),
        ("ours", "Dedicated", "still", LET_IT_SEND, "mine", "moved seen still"),
        ("ours", None, "seen", LET_IT_SEND, "mine", "moved seen"),
        ("other", "Dedicated", "seen", LET_IT_SEND, "to-sentinel", "moved seen"),
    ],
    ids=["it does", "other categories", "to AzureDiagnostics", "to another workspace"],
)
def test_a_resource_that_does_not_send(look, rows, stand_in, workspace, dedicated, enabled, do, setting, categories):
    camera = f"{stand_in.azure.group_id('rg-soc')}/providers/Microsoft.Harbour/cameras/north".lower()
    kind = "Microsoft.Insights/diagnosticSettings"
    properties = {
        "workspaceId": stand_in.scope.upper() if workspace == "ours" else "/subscriptions/other",
        "logAnalyticsDestinationType": dedicated,
        "logs": [{"category": enabled, "enabled": True}, {"category": "dull", "enabled": False}],
    }
    id = f"{camera}/providers/{kind}/mine"
    stand_in.state.put(camera, kind, "mine", {"properties": properties}, ("sam", ""), id=id, quiet=True)
    rows("Gate", "Crew", "Tower", "Loose")
    logs = ", ".join(f'{{"category": "{each}", "enabled": true}}' for each in categories.split())
    named = camera.replace(stand_in.azure.subscription, "SUBSCRIPTION")
    run = (
        f"az monitor diagnostic-settings create --name {setting} --resource {named} --workspace WORKSPACE "
        f"--export-to-resource-specific true --logs '[{logs}]'"
    )
    assert advice(look("detections/bridge"), stand_in) == [(do, run if setting else None)]


def test_columns_that_break_a_query(look, rows, stand_in):
    rows(*ALL)
    stand_in.table("Gate", {"TimeGenerated": "datetime", "Who": "string", "Count": "string"})
    found = look()
    # A column that no query names costs nothing, whatever became of it.
    assert gaps(found) == {"Gate": ("schema differs", ["sealed"], [], [])}
    (gap,) = found.gaps
    said = "The name 'Seal' does not refer to any known column, table, variable or function."
    assert dict(gap.broken) == {"detections/quay/sealed.yaml": said}
    assert (gap.state.missing_columns, [each.column for each in gap.state.other_types]) == (("Seal",), ["Count"])


def test_a_column_of_another_type(look, rows, stand_in):
    rows(*ALL)
    stand_in.table("Loose", {"TimeGenerated": "datetime", "Who": "string", "Count": "string", "Seal": "string"})
    found = look("hunting")
    assert gaps(found) == {"Loose": ("schema differs", ["loose-ends"], [], ["quay/stowaways"])}


def test_rows_that_come_later_than_a_rule_looks_back(look, rows):
    rows("Crew", "Camera", "Tower", "Loose")
    rows("Gate", ago=25 * timedelta(minutes=1), late=timedelta(minutes=20))
    # The service itself waits five minutes. The other rule that reads it looks back three hours more than it must.
    assert gaps(look()) == {"Gate": ("late", [], ["stranger"], [])}


def test_only_what_some_content_needs(look, rows):
    rows("Gate", "Crew", "Tower", "Loose")
    assert verdicts(look("detections/quay/sealed.yaml")) == {"Gate": "ok"}
    with pytest.raises(ContentError, match="MH010 nothing here reads tables of stand-in"):
        look("functions")


def test_an_account_that_may_look_at_nothing(look, stand_in):
    stranger = stand_in.add_account("stranger", Role.WORKBOOKS)
    with pytest.raises(WorkspaceError) as caught:
        look(account=stranger)
    assert "Microsoft Sentinel Reader" in caught.value.hint


def test_a_rule_that_fails(look, rows, stand_in):
    rows(*ALL)
    ours = "11111111-1111-4111-8111-111111111101"
    rule = f"{stand_in.scope}/providers/Microsoft.SecurityInsights/alertRules"
    health = {"SentinelResourceType": "Analytics Rule", "Description": ""}
    ran = {**health, "SentinelResourceId": f"{rule}/{ours}", "SentinelResourceName": "A stranger"}
    other = {**health, "SentinelResourceId": f"{rule}/other", "SentinelResourceName": "Of others"}
    rows("SentinelHealth", ago=3 * HOUR, **ran, Status="Failure", Reason="Table missing")
    rows("SentinelHealth", **other, Status="Success", Reason="")
    found = look()
    assert [(each.name, each.status, each.reason, each.path) for each in found.failing] == [
        ("A stranger", "Failure", "Table missing", "detections/quay/stranger.yaml")
    ]
    assert (found.gaps, found.is_well, found.unknown) == ((), False, ())
    rows("SentinelHealth", **ran, Status="Success", Reason="")
    rows("SentinelHealth", ago=timedelta(minutes=1), **other, Status="Failure", Reason="Time-out")
    found = look()
    assert ([each.path for each in found.failing], found.is_well) == ([None], True)


def test_connectors(look, rows, stand_in):
    stand_in.portal.make("contentPackages", "x", {"properties": {"contentId": "HARBOUR-solution"}})
    rows("Gate", "Crew")

    def states():
        (gate,) = (each for each in look("detections/quay").sources if each.source and each.source.slug == "gate")
        return [(each.connector.id, each.installed, each.connected) for each in gate.connectors]

    assert states() == [("GateV2", True, False)]
    poller = {"kind": "RestApiPoller", "properties": {"connectorDefinitionName": "gatev2", "isActive": False}}
    stand_in.portal.make("dataConnectors", "p", poller)
    assert states() == [("GateV2", True, False)]
    poller["properties"]["isActive"] = True
    stand_in.portal.make("dataConnectors", "p", poller)
    assert states() == [("GateV2", True, True)]
