"""What each role may do."""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError

from stand_in import Role
from stand_in.bodies import RULE_ID, rule, workbook


def allowed(call):
    """Whether the call was not refused for want of a role."""
    try:
        call()
    except HttpResponseError as error:
        assert error.status_code == 403, error
        return False
    return True


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((Role.READER,), {"read rules": True, "write rules": False, "write workbooks": False, "query": True}),
        ((Role.CONTRIBUTOR,), {"read rules": True, "write rules": True, "write workbooks": True, "query": True}),
        ((Role.WORKBOOKS,), {"read rules": False, "write rules": False, "write workbooks": True, "query": False}),
        (
            (Role.READER, Role.WORKBOOKS),
            {"read rules": True, "write rules": False, "write workbooks": True, "query": True},
        ),
    ],
)
def test_roles(stand_in, roles, expected):
    session = stand_in.session(account=stand_in.add_account("someone", *roles))
    rules, workbooks = session.sentinel.alert_rules, session.insights.workbooks
    group = session.workspace.resource_group
    found = {
        "read rules": allowed(lambda: list(rules.list(*session.scope))),
        "write rules": allowed(lambda: rules.create_or_update(*session.scope, RULE_ID, rule())),
        "write workbooks": allowed(lambda: workbooks.create_or_update(group, RULE_ID, workbook())),
        "query": allowed(lambda: session.logs.query_workspace(stand_in.live.customer_id, "print 1", timespan=None)),
    }
    assert found == expected


def test_an_account_without_roles_is_told_which_action_it_may_not_do(stand_in):
    nobody = stand_in.add_account("nobody")
    nobody.roles = frozenset()
    session = stand_in.session(account=nobody)
    with pytest.raises(HttpResponseError) as caught:
        session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule())
    assert caught.value.error.code == "AuthorizationFailed"
    assert caught.value.error.message.startswith(
        f"The client 'nobody' with object id '{nobody.object_id}' does not have authorization to perform action "
        f"'Microsoft.SecurityInsights/alertRules/write' over scope '{stand_in.scope}"
    )


def test_the_query_service_has_words_of_its_own(stand_in):
    session = stand_in.session(account=stand_in.add_account("drawer", Role.WORKBOOKS))
    with pytest.raises(HttpResponseError) as caught:
        session.logs.query_workspace(stand_in.live.customer_id, "print 1", timespan=None)
    assert (caught.value.status_code, caught.value.model.code) == (403, "InsufficientAccessError")
