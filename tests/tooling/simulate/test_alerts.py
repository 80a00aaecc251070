"""One alert a run, or one a row, and the caps on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from masthead.content.model import Detection
from masthead.simulate.alerts import Alert, alerts_of
from masthead.simulate.entities import Entity
from masthead.simulate.semantics import DEFAULT

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
MakeRule = Callable[..., Detection]
PER_ROW = {"aggregationKind": "AlertPerResult"}


def rows(count: int) -> list[dict[str, object]]:
    return [{"TimeGenerated": NOW - timedelta(minutes=n), "Actor": f"user{n}"} for n in range(count)]


def test_a_run_makes_one_alert_of_all_its_rows(make_rule: MakeRule) -> None:
    rule = make_rule(
        customDetails={"Actors": "Actor"},
        entityMappings=[{"entityType": "Account", "fieldMappings": [{"identifier": "Name", "columnName": "Actor"}]}],
    )
    assert alerts_of(rule, rows(2), NOW, DEFAULT) == [
        Alert(
            title="A role is bound",
            description="Somebody bound a role.",
            severity="Medium",
            tactics=("Persistence",),
            techniques=("T1098",),
            entities=(Entity("Account", (("Name", "user0"),)), Entity("Account", (("Name", "user1"),))),
            custom_details={"Actors": ("user0", "user1")},
            properties={},
            created=NOW,
            first_event=NOW - timedelta(minutes=1),
            last_event=NOW,
            rows=tuple(rows(2)),
        )
    ]


def test_a_rule_that_triggers_on_nothing_makes_an_alert_without_rows(make_rule: MakeRule) -> None:
    rule = make_rule(triggerOperator="lt", triggerThreshold=1, eventGroupingSettings=PER_ROW)
    (alert,) = alerts_of(rule, [], NOW, DEFAULT)
    assert (alert.title, alert.rows, alert.first_event) == ("A role is bound", (), None)


def test_beyond_the_cap_the_last_alert_sums_up_all_rows(make_rule: MakeRule) -> None:
    alerts = alerts_of(make_rule(eventGroupingSettings=PER_ROW), rows(151), NOW, DEFAULT)
    assert [len(alert.rows) for alert in alerts] == [1] * 149 + [151]
    assert [alert.summary for alert in alerts] == [False] * 149 + [True]


def test_an_nrt_run_has_thirty_alerts_at_most(make_rule: MakeRule) -> None:
    alerts = alerts_of(make_rule(kind="NRT", eventGroupingSettings=PER_ROW), rows(31), NOW, DEFAULT)
    assert [len(alert.rows) for alert in alerts] == [1] * 29 + [31]


@given(count=st.integers(0, 400), nrt=st.booleans())
def test_the_cap_holds_and_every_row_is_in_an_alert(make_rule: MakeRule, count: int, nrt: bool) -> None:
    rule = make_rule(kind="NRT" if nrt else "Scheduled", eventGroupingSettings=PER_ROW)
    alerts = alerts_of(rule, rows(count), NOW, DEFAULT)
    assert len(alerts) <= (30 if nrt else 150)
    assert {str(row) for alert in alerts for row in alert.rows} == {str(row) for row in rows(count)}
