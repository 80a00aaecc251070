"""Signing in, and the tokens that are not accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from masthead.workspace.session import Session
from stand_in import StandIn
from stand_in.accounts import Account


class Holder:
    """A credential that holds one token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        return AccessToken(self.token, 4_000_000_000)


def held(stand_in: StandIn, token: str) -> Session:
    return Session(stand_in.workspace, stand_in.endpoints, Holder(token), attempts=0)


def refused(session: Session) -> tuple[str, str]:
    with pytest.raises(ClientAuthenticationError) as caught:
        session.log_analytics.workspaces.get(*session.scope)
    return caught.value.error.code, caught.value.response.headers["WWW-Authenticate"]


def test_a_program_signs_in_with_its_secret(stand_in, session):
    assert session.customer_id == stand_in.live.customer_id
    token = stand_in.credential().get_token(stand_in.endpoints.scope)
    head, claims, signature = token.token.split(".")
    assert all((head, claims, signature))


def test_a_wrong_secret_is_refused(stand_in):
    known = stand_in.account
    wrong = Account(known.client_id, "guessed", known.object_id, known.name)
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215: Invalid client secret provided"):
        stand_in.session(account=wrong).log_analytics.workspaces.get(*stand_in.session().scope)


def test_an_unknown_program_is_refused(stand_in):
    unknown = Account("6f2d1f0e-0000-4000-8000-000000000000", "secret", "x", "x")
    with pytest.raises(ClientAuthenticationError, match="AADSTS700016"):
        stand_in.credential(unknown).get_token(stand_in.endpoints.scope)


def test_an_unknown_tenant_is_refused(stand_in):
    credential = stand_in.credential(tenant="6f2d1f0e-0000-4000-8000-000000000000")
    with pytest.raises(ClientAuthenticationError, match=r"AADSTS90002|Unable to get authority configuration"):
        credential.get_token(stand_in.endpoints.scope)


def test_a_token_of_another_tenant_is_refused(stand_in):
    token = stand_in.directory.issue(stand_in.account, stand_in.base, "fabrikam", stand_in.base)
    code, challenge = refused(held(stand_in, token))
    assert code == "InvalidAuthenticationTokenTenant"
    assert 'error="invalid_token"' in challenge


def test_a_token_that_has_expired_is_refused(stand_in):
    stand_in.directory.lifetime = timedelta(seconds=-1)
    token = stand_in.directory.issue(stand_in.account, stand_in.base, stand_in.directory.tenant, stand_in.base)
    code, challenge = refused(held(stand_in, token))
    assert code == "ExpiredAuthenticationToken"
    assert challenge.endswith('error="invalid_token", error_description="The token has expired."')


def test_tokens_can_be_made_to_expire(stand_in, session):
    list(session.sentinel.alert_rules.list(*session.scope))
    stand_in.directory.expire_tokens()
    with pytest.raises(ClientAuthenticationError, match="ExpiredAuthenticationToken"):
        list(session.sentinel.alert_rules.list(*session.scope))
    session = stand_in.session()  # the old one's credential still holds the token
    assert list(session.sentinel.alert_rules.list(*session.scope))


def test_a_token_for_logs_is_none_for_the_resource_manager(stand_in):
    audience = stand_in.endpoints.logs
    token = stand_in.directory.issue(stand_in.account, audience, stand_in.directory.tenant, stand_in.base)
    assert refused(held(stand_in, token))[0] == "InvalidAuthenticationTokenAudience"


def test_a_token_that_was_tampered_with_is_refused(stand_in):
    token = stand_in.directory.issue(stand_in.account, stand_in.base, stand_in.directory.tenant, stand_in.base)
    assert refused(held(stand_in, token[:-4] + "AAAA"))[0] == "InvalidAuthenticationToken"


def test_no_token_is_in_the_calls(stand_in, session):
    list(session.sentinel.alert_rules.list(*session.scope))
    said = "".join(f"{call} {call.query} {call.content}" for call in stand_in.calls)
    assert [call.path.rsplit("/", 1)[1] for call in stand_in.calls] == ["openid-configuration", "token", "alertRules"]
    assert stand_in.account.client_secret not in said
    assert "eyJ" not in said
