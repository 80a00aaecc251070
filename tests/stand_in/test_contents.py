"""Saved searches, watchlists, workbooks, automation rules and metadata: what each does in its own way."""

from __future__ import annotations

import io
import json

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from stand_in import Quirks, StandIn
from stand_in.bodies import RULE_ID, automation_rule, metadata, rule, saved_search, watchlist, workbook

CSV = {"rawContent": 'Registry,By\r\ncontoso.azurecr.io,sam\r\n"a,b","say ""x"""\r\n', "contentType": "text/csv"}
ITEM_ID = "aaaaaaaa-2222-4333-8444-555555555555"


def status_of(call):
    with pytest.raises(HttpResponseError) as caught:
        call()
    return caught.value.status_code


# --- saved searches -------------------------------------------------------------------------------------------------
@pytest.fixture
def searches(session):
    return session.log_analytics.saved_searches


def test_a_saved_search_comes_back_with_an_etag(session, searches):
    made = searches.create_or_update(*session.scope, RULE_ID, saved_search()).as_dict()
    assert made["etag"]
    assert made["properties"] == {**saved_search()["properties"], "version": 2}
    assert searches.get(*session.scope, RULE_ID).as_dict() == made


def test_updating_a_saved_search_needs_its_etag(session, searches):
    made = searches.create_or_update(*session.scope, RULE_ID, saved_search()).as_dict()

    def update(**etag):
        return searches.create_or_update(*session.scope, RULE_ID, {**saved_search(), **etag}).as_dict()

    with pytest.raises(HttpResponseError, match="Newer data exists in the Customer Configuration Store") as caught:
        update()
    assert caught.value.status_code == 409
    changed = update(etag=made["etag"])
    assert changed["etag"] != made["etag"]
    assert status_of(lambda: update(etag=made["etag"])) == 409
    update(etag="*")


def test_an_etag_is_not_needed_where_the_quirk_is_off():
    with StandIn(quirks=Quirks(saved_searches_need_etag=False)) as stand_in:
        session = stand_in.session()
        for _ in range(2):
            session.log_analytics.saved_searches.create_or_update(*session.scope, RULE_ID, saved_search())


def test_deleting_a_saved_search_that_is_not_there_is_an_error(session, searches):
    with pytest.raises(ResourceNotFoundError):
        searches.delete(*session.scope, RULE_ID)


def test_two_functions_cannot_have_one_alias(session, searches):
    assert (
        status_of(lambda: searches.create_or_update(*session.scope, "x", saved_search(functionAlias="teamSignIns")))
        == 400
    )


def test_the_query_of_a_saved_search_is_checked_only_where_that_is_asked_for(stand_in, session, searches):
    wrong = saved_search(query="NoSuchTable")
    searches.create_or_update(*session.scope, "x", wrong)
    stand_in.azure.quirks = Quirks(checks_saved_searches=True)
    assert status_of(lambda: searches.create_or_update(*session.scope, "y", wrong)) == 400


# --- watchlists -----------------------------------------------------------------------------------------------------
def items(session, alias="Approved"):
    found = session.sentinel.watchlist_items.list(*session.scope, alias)
    return sorted((each.as_dict()["properties"]["itemsKeyValue"] for each in found), key=str)


def put_watchlist(session, body):
    poller = session.sentinel.watchlists.begin_create_or_update(*session.scope, "Approved", body)
    return poller.result().as_dict()["properties"]


def test_a_watchlist_is_made_of_a_csv_in_a_while(stand_in, session):
    made = put_watchlist(session, watchlist(**CSV))
    assert (made["uploadStatus"], made["watchlistAlias"], made["isDeleted"]) == ("Complete", "Approved", False)
    assert "rawContent" not in made
    assert items(session) == [
        {"Registry": "a,b", "By": 'say "x"'},
        {"Registry": "contoso.azurecr.io", "By": "sam"},
    ]
    polls = [call.path.rsplit("/", 2)[1] for call in stand_in.calls if "operationStatuses" in call.path]
    assert polls == ["operationStatuses"] * 2


def test_content_that_comes_again_is_added_but_for_what_is_there(session):
    put_watchlist(session, watchlist(**CSV))
    put_watchlist(
        session, watchlist(contentType="text/csv", rawContent="Registry,By\ncontoso.azurecr.io,sam\nnew,eve\n")
    )
    assert [each["Registry"] for each in items(session)] == ["a,b", "contoso.azurecr.io", "new"]


def test_a_watchlist_can_be_changed_without_its_rows(session):
    put_watchlist(session, watchlist(**CSV))
    made = put_watchlist(session, watchlist(description="Where images may come from"))
    assert made["description"] == "Where images may come from"
    assert len(items(session)) == 2
    assert status_of(lambda: put_watchlist(session, watchlist(itemsSearchKey="By"))) == 400


def test_tabs_and_lines_to_skip(session):
    body = watchlist(contentType="text/tsv", rawContent="# made by us\nRegistry\tBy\na\tb\n", numberOfLinesToSkip=1)
    put_watchlist(session, body)
    assert items(session) == [{"Registry": "a", "By": "b"}]


def test_items_one_by_one(session):
    put_watchlist(session, watchlist())
    client, place = session.sentinel.watchlist_items, (*session.scope, "Approved")
    assert items(session) == []
    made = client.create_or_update(*place, ITEM_ID, {"properties": {"itemsKeyValue": {"Registry": "a", "By": "b"}}})
    client.create_or_update(*place, ITEM_ID, {"properties": {"itemsKeyValue": {"Registry": "a", "By": "c"}}})
    assert items(session) == [{"Registry": "a", "By": "c"}]
    stale = {"etag": made["etag"], "properties": {"itemsKeyValue": {"Registry": "a"}}}
    assert status_of(lambda: client.create_or_update(*place, ITEM_ID, stale)) == 409
    no_key = {"properties": {"itemsKeyValue": {"By": "c"}}}
    assert status_of(lambda: client.create_or_update(*place, ITEM_ID, no_key)) == 400
    client.delete(*place, ITEM_ID)
    client.delete(*place, ITEM_ID)
    assert items(session) == []


def test_a_deleted_watchlist_takes_its_items_along(session):
    put_watchlist(session, watchlist(**CSV))
    session.sentinel.watchlists.begin_delete(*session.scope, "Approved").result()
    assert status_of(lambda: session.sentinel.watchlists.get(*session.scope, "Approved")) == 404
    assert status_of(lambda: items(session)) == 404
    put_watchlist(session, watchlist())
    assert items(session) == []


def test_the_rows_of_a_watchlist_are_there_for_queries(stand_in, session):
    put_watchlist(session, watchlist(**CSV))
    answer = session.logs.query_workspace(
        stand_in.live.customer_id, "_GetWatchlist('Approved') | project SearchKey, By | order by By asc", timespan=None
    )
    assert [list(row) for row in answer.tables[0].rows] == [["contoso.azurecr.io", "sam"], ["a,b", 'say "x"']]


# --- workbooks ------------------------------------------------------------------------------------------------------
def put_workbook(session, body, id=RULE_ID, **more):
    content = io.BytesIO(json.dumps(body).encode())
    return session.insights.workbooks.create_or_update(session.workspace.resource_group, id, content, **more)


def test_a_workbook_comes_back_with_its_content_only_where_that_is_asked_for(stand_in, session):
    source = stand_in.scope
    put_workbook(session, workbook(sourceId=source))
    group, client = session.workspace.resource_group, session.insights.workbooks
    listed = {
        fetched: [
            each.serialized_data
            for each in client.list_by_resource_group(group, "sentinel", source_id=source, can_fetch_content=fetched)
            if each.name == RULE_ID
        ]
        for fetched in (True, False)
    }
    assert listed == {True: [workbook()["properties"]["serializedData"]], False: [None]}
    assert client.get(group, RULE_ID).serialized_data is None
    assert client.get(group, RULE_ID, can_fetch_content=True).source_id == source.lower()


def test_workbooks_are_listed_by_category_and_source(stand_in, session):
    put_workbook(session, workbook(category="workbook"))
    group, client = session.workspace.resource_group, session.insights.workbooks

    def named(*category, **more):
        return [each.display_name for each in client.list_by_resource_group(group, *category, **more)]

    assert named("sentinel") == ["The team's own workbook"]
    assert named("workbook") == ["Pods"]
    assert named("sentinel", source_id="/subscriptions/other") == []
    assert [each.display_name for each in client.list_by_subscription("sentinel")] == ["The team's own workbook"]


def test_a_workbook_is_named_by_a_guid_and_stays_where_it_is(session):
    assert status_of(lambda: put_workbook(session, workbook(), "pods")) == 400
    put_workbook(session, workbook())
    assert status_of(lambda: put_workbook(session, {**workbook(), "location": "northeurope"})) == 409


# --- automation rules and metadata ----------------------------------------------------------------------------------
def test_an_automation_rule_says_who_made_and_who_changed_it(stand_in, session):
    client = session.sentinel.automation_rules
    client.create_or_update(*session.scope, RULE_ID, automation_rule())
    stand_in.portal.change("automationRules", RULE_ID, by="eve@contoso.example", order=7)
    found = client.get(*session.scope, RULE_ID).as_dict()["properties"]
    assert (found["order"], found["createdBy"]["name"], found["lastModifiedBy"]["name"]) == (
        7,
        "masthead-deploy",
        "eve@contoso.example",
    )


def test_an_automation_rule_is_deleted_though_the_client_wants_to_read_a_body(session):
    client = session.sentinel.automation_rules
    client.create_or_update(*session.scope, RULE_ID, automation_rule())
    for _ in range(2):
        with pytest.raises(json.JSONDecodeError):
            client.delete(*session.scope, RULE_ID)
    assert status_of(lambda: client.get(*session.scope, RULE_ID)) == 404


def test_metadata_is_found_by_filters_and_changed_in_parts(session):
    client, place = session.sentinel.metadata, session.scope
    source = {"kind": "SourceRepository", "name": "masthead"}
    client.create(*place, "one", metadata(source=source, version="1.0.0"))
    client.create(*place, "two", metadata(kind="Workbook"))

    def names(condition):
        return [each.name for each in client.list(*place, filter=condition)]

    assert names("properties/kind eq 'Workbook'") == ["two"]
    assert names("properties/source/name eq 'masthead'") == ["one"]
    assert status_of(lambda: names("startswith(name, 'o')")) == 400
    changed = client.update(*place, "one", {"properties": {"version": "1.0.1"}}).as_dict()
    assert changed["properties"] == {**metadata(source=source)["properties"], "version": "1.0.1"}
    client.delete(*place, "one")
    assert [each.name for each in client.list(*place)] == ["two"]


def test_a_deleted_rule_leaves_its_metadata(session):
    session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule())
    session.sentinel.metadata.create(*session.scope, "of-rule", metadata())
    session.sentinel.alert_rules.delete(*session.scope, RULE_ID)
    assert session.sentinel.metadata.get(*session.scope, "of-rule")


# --- pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [1, 2, 100])
def test_lists_come_in_pages(size):
    with StandIn(page_size=size) as stand_in:
        session = stand_in.session()
        found = [each.name for each in session.sentinel.alert_rules.list(*session.scope)]
        lists = [call for call in stand_in.calls if call.path.endswith("/alertRules")]
        assert (len(found), len(set(found))) == (4, 4)
        assert len(lists) == -(-4 // size)
