"""Bodies that are wrong: which field, and why."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import yaml
from azure.core.exceptions import HttpResponseError

from stand_in import StandIn, bodies
from stand_in.bodies import RULE_ID

CASES = Path(__file__).parent / "cases"


def cases(name):
    read = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(each, id=f"{each.get('of', 'rule')}: {each['name']}".replace("_", " ")) for each in read]


@pytest.fixture(scope="module")
def session():
    with StandIn() as started:
        yield started.session()


def body_of(case):
    filled = {name: "x" * count for name, count in case.get("fill", {}).items()}
    body = getattr(bodies, case.get("of", "rule"))(**case.get("set", {}), **filled)
    body.update(case.get("beside", {}))
    return {name: value for name, value in body.items() if value is not None}


def send(session, of, body):
    place, group = session.scope, session.workspace.resource_group
    content = io.BytesIO(json.dumps(body).encode())
    match of:
        case "rule":
            session.sentinel.alert_rules.create_or_update(*place, RULE_ID, body)
        case "saved_search":
            session.log_analytics.saved_searches.create_or_update(*place, RULE_ID, body)
        case "watchlist":
            session.sentinel.watchlists.begin_create_or_update(*place, "Approved", body).result()
        case "workbook":
            session.insights.workbooks.create_or_update(group, RULE_ID, content)
        case "automation_rule":
            session.sentinel.automation_rules.create_or_update(*place, RULE_ID, body)
        case "metadata":
            session.sentinel.metadata.create(*place, "rule", body)


@pytest.mark.parametrize("case", [*cases("rules.yaml"), *cases("others.yaml")])
def test_a_body_is_refused(session, case):
    with pytest.raises(HttpResponseError) as caught:
        send(session, case.get("of", "rule"), body_of(case))
    assert caught.value.status_code == 400
    assert caught.value.error.code == "BadRequest"
    assert caught.value.error.message.startswith(f"Invalid data model. [{case['says']}")


@pytest.mark.parametrize("of", ["saved_search", "watchlist", "workbook", "automation_rule", "metadata", "rule"])
def test_the_body_that_the_cases_change_is_accepted(session, of):
    send(session, of, body_of({"of": of}))


def test_what_is_no_json_is_refused(session):
    with pytest.raises(HttpResponseError) as caught:
        session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, io.BytesIO(b'{"kind": "Sch'))
    assert caught.value.error.code == "InvalidRequestContent"


def test_fields_that_only_the_service_sets_are_not_looked_at(session):
    read = session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, bodies.rule()).as_dict()
    again = session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, read).as_dict()
    assert again["properties"] | {"lastModifiedUtc": ""} == read["properties"] | {"lastModifiedUtc": ""}
