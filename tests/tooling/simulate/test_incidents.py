"""How alerts come together in incidents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.model import Detection
from masthead.simulate.alerts import Alert
from masthead.simulate.entities import Entity
from masthead.simulate.incidents import incidents_of
from masthead.simulate.semantics import DEFAULT

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MakeRule = Callable[..., Detection]


def alert(at: timedelta = timedelta(), *names: str, ip: str = "", **changes: Any) -> Alert:
    entities = [Entity("Account", (("Name", name),)) for name in names]
    entities += [Entity("IP", (("Address", ip),))] if ip else []
    blank = Alert("title", "", "Low", (), (), tuple(entities), {}, {}, NOW + at, None, None, ())
    return replace(blank, **changes)


def grouping(method: str, **changes: Any) -> dict[str, Any]:
    settings = {"enabled": True, "reopenClosedIncident": False, "lookbackDuration": "5h", "matchingMethod": method}
    return {"createIncident": True, "groupingConfiguration": settings | changes}


def sizes(rule: Detection, alerts: list[Alert], **settings: Any) -> list[int]:
    return [len(each.alerts) for each in incidents_of(rule, alerts, replace(DEFAULT, **settings))]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (None, [1, 1]),
        ({"createIncident": True}, [1, 1]),
        ({"createIncident": False}, []),
        (grouping("AnyAlert", enabled=False), [1, 1]),
        (grouping("AnyAlert"), [2]),
    ],
)
def test_each_alert_is_an_incident_unless_the_rule_says_otherwise(
    make_rule: MakeRule, configuration: dict[str, Any] | None, expected: list[int]
) -> None:
    assert sizes(make_rule(incidentConfiguration=configuration), [alert(), alert(MINUTE)]) == expected


def test_all_entities_means_the_same_entities_in_any_order(make_rule: MakeRule) -> None:
    rule = make_rule(incidentConfiguration=grouping("AllEntities"))
    alerts = [
        alert(0 * MINUTE, "alice", "bob"), alert(1 * MINUTE, "bob", "alice"), alert(2 * MINUTE, "alice"),
        alert(3 * MINUTE), alert(4 * MINUTE),
    ]  # fmt: skip
    assert sizes(rule, alerts) == [2, 1, 2]
    assert sizes(rule, alerts, group_without_entities=False) == [2, 1, 1, 1]


def test_selected_compares_only_what_the_rule_selects(make_rule: MakeRule) -> None:
    by_account = make_rule(incidentConfiguration=grouping("Selected", groupByEntities=["Account"]))
    assert sizes(by_account, [alert(0 * MINUTE, "alice", ip="192.0.2.1"), alert(MINUTE, "alice", ip="192.0.2.2")]) == [
        2
    ]
    by_details = make_rule(
        customDetails={"Role": "Role"},
        incidentConfiguration=grouping(
            "Selected", groupByAlertDetails=["DisplayName", "Severity"], groupByCustomDetails=["Role"]
        ),
    )
    view, edit = {"Role": ("view",)}, {"Role": ("edit",)}
    alerts = [
        alert(custom_details=view), alert(custom_details=view), alert(custom_details=edit),
        alert(custom_details=view, severity="High"), alert(custom_details=view, title="other"),
    ]  # fmt: skip
    assert sizes(by_details, alerts) == [2, 1, 1, 1]


def test_the_look_back_counts_from_the_first_alert(make_rule: MakeRule) -> None:
    rule = make_rule(incidentConfiguration=grouping("AnyAlert", lookbackDuration="1h"))
    assert sizes(rule, [alert(n * 30 * MINUTE) for n in range(5)]) == [3, 2]


def test_the_hundred_and_fifty_first_alert_opens_another_incident(make_rule: MakeRule) -> None:
    rule = make_rule(incidentConfiguration=grouping("AnyAlert"))
    assert sizes(rule, [alert()] * 151) == [150, 1]


def test_a_closed_incident_is_opened_again_only_when_the_rule_says_so(make_rule: MakeRule) -> None:
    alerts = [alert(), alert(2 * HOUR), alert(2 * HOUR + MINUTE)]
    closing = replace(DEFAULT, close_incidents_after=HOUR)
    (again,) = incidents_of(
        make_rule(incidentConfiguration=grouping("AnyAlert", reopenClosedIncident=True)), alerts, closing
    )
    assert (len(again.alerts), again.reopened, again.closed) == (3, 1, False)
    first, second = incidents_of(make_rule(incidentConfiguration=grouping("AnyAlert")), alerts, closing)
    assert (len(first.alerts), first.closed, first.reopened) == (1, True, 0)
    assert (len(second.alerts), second.closed) == (2, False)


def test_an_incident_is_called_like_its_first_alert_and_weighs_like_its_worst(make_rule: MakeRule) -> None:
    rule = make_rule(incidentConfiguration=grouping("AnyAlert"))
    alerts = [alert(0 * MINUTE, "alice"), alert(MINUTE, "bob", title="other", severity="High")]
    (incident,) = incidents_of(rule, alerts, DEFAULT)
    assert (incident.title, incident.severity, incident.created) == ("title", "High", NOW)
    assert [entity.as_dict()["Name"] for entity in incident.entities] == ["alice", "bob"]
    assert incidents_of(rule, alerts, replace(DEFAULT, incident_severity="first"))[0].severity == "Low"


some_alerts = st.lists(
    st.builds(
        lambda minutes, names, title: alert(minutes * MINUTE, *names, title=title),
        st.integers(0, 600), st.lists(st.sampled_from("abc"), max_size=2, unique=True), st.sampled_from(["x", "y"]),
    ),
    max_size=40,
).map(lambda alerts: sorted(alerts, key=lambda each: each.created))  # fmt: skip


@given(
    alerts=some_alerts,
    method=st.sampled_from(["AllEntities", "AnyAlert", "Selected"]),
    reopen=st.booleans(),
    close=st.sampled_from([None, 30 * MINUTE]),
    cap=st.integers(1, 5),
)
def test_grouping_never_loses_an_alert_and_keeps_its_bounds(
    make_rule: MakeRule, alerts: list[Alert], method: str, reopen: bool, close: timedelta | None, cap: int
) -> None:
    selected = {"groupByEntities": ["Account"]} if method == "Selected" else {}
    rule = make_rule(incidentConfiguration=grouping(method, reopenClosedIncident=reopen, **selected))
    semantics = replace(DEFAULT, close_incidents_after=close, alerts_per_incident=cap)
    incidents = incidents_of(rule, alerts, semantics)
    assert sorted(id(each) for incident in incidents for each in incident.alerts) == sorted(map(id, alerts))
    for incident in incidents:
        assert 1 <= len(incident.alerts) <= cap
        assert incident.alerts[-1].created - incident.alerts[0].created <= 5 * HOUR
