"""The stand-in for Entra ID: it signs programs in with a secret, and knows its tokens again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from stand_in.accounts import Account
from stand_in.messages import Refusal, Request, Response


class Directory:
    """A tenant with its accounts. lifetime: how long a token is good."""

    def __init__(self, tenant: str, clock: Callable[[], datetime], lifetime: timedelta = timedelta(hours=1)) -> None:
        self.tenant, self.lifetime = tenant, lifetime
        self.accounts: dict[str, Account] = {}
        self._clock, self._key = clock, secrets.token_bytes(32)
        self._good_from = 0.0

    def add(self, account: Account) -> Account:
        """Let the account sign in."""
        self.accounts[account.client_id] = account
        return account

    # --- signing in -------------------------------------------------------------------------------------------------
    def configuration(self, request: Request, tenant: str) -> Response:
        """The OpenID configuration of a tenant. Raises Refusal AADSTS90002 for another tenant than this."""
        self._check_tenant(tenant)
        here = f"{request.base}/{self.tenant}"
        return Response(
            200,
            {
                "issuer": f"{here}/v2.0",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "token_endpoint": f"{here}/oauth2/v2.0/token",
                "jwks_uri": f"{here}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
        )

    def token(self, request: Request, tenant: str) -> Response:
        """A token for a program that shows its secret (the flow of client credentials)."""
        self._check_tenant(tenant)
        form = {name: values[-1] for name, values in parse_qs(request.content.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "client_credentials":
            raise SignInRefused("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        account = self.accounts.get(form.get("client_id", ""))
        if account is None:
            message = f"Application with identifier '{form.get('client_id')}' was not found in the directory."
            raise SignInRefused("unauthorized_client", 700016, message)
        if not hmac.compare_digest(form.get("client_secret", "").encode(), account.client_secret.encode()):
            message = (
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                f"value, not the client secret ID, for a secret added to app '{account.client_id}'."
            )
            raise SignInRefused("invalid_client", 7000215, message, status=401)
        scope = form.get("scope", "")
        if not scope.endswith("/.default") or len(scope.split()) != 1:
            message = f"The provided value for the input parameter 'scope' is not valid: {scope}"
            raise SignInRefused("invalid_scope", 70011, message)
        seconds = int(self.lifetime.total_seconds())
        issued = self.issue(account, scope.removesuffix("/.default"), self.tenant, request.base)
        return Response(
            200,
            {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": issued},
            {"Cache-Control": "no-store"},
        )

    def _check_tenant(self, tenant: str) -> None:
        if tenant.lower() != self.tenant.lower():
            message = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise SignInRefused("invalid_request", 90002, message)

    # --- tokens -----------------------------------------------------------------------------------------------------
    def issue(self, account: Account, audience: str, tenant: str, base: str) -> str:
        """A token, of the form of a JWT, for an audience; the tenant can be another, to be refused."""
        now = self._clock().timestamp()
        claims = {
            "aud": audience,
            "iss": f"{base}/{tenant}/",
            "iat": now,
            "nbf": int(now),
            "exp": int(now + self.lifetime.total_seconds()),
            "appid": account.client_id,
            "oid": account.object_id,
            "tid": tenant,
            "ver": "1.0",
        }
        head = ".".join(_encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
        return f"{head}.{self._signature(head)}"

    def expire_tokens(self) -> None:
        """Let all tokens that were issued so far be good no longer."""
        self._good_from = self._clock().timestamp()

    def account_of(self, request: Request, audience: str) -> Account:
        """Who sends the request, by its token. Raises Refusal, 401 as the resource manager words it."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            message = "Authentication failed. The 'Authorization' header is missing."
            raise Refusal(401, "AuthenticationFailed", message, self._challenge(request))
        claims = self._claims(token)
        account = self.accounts.get(claims.get("appid", ""))
        if claims and claims["tid"] != self.tenant:
            message = (
                f"The access token is from the wrong issuer '{claims['iss']}'. It must match the tenant "
                f"'{request.base}/{self.tenant}/' associated with this subscription. Please use the authority (URL) "
                f"'{request.base}/{self.tenant}' to get the token."
            )
            headers = self._challenge(request, "The access token is from the wrong issuer.")
            raise Refusal(401, "InvalidAuthenticationTokenTenant", message, headers)
        if not claims or account is None:
            said = "The access token is invalid."
            raise Refusal(401, "InvalidAuthenticationToken", said, self._challenge(request, said))
        if claims["exp"] <= self._clock().timestamp():
            raise self.expired(request, claims["exp"])
        if claims["iat"] < self._good_from:
            raise self.expired(request)
        if claims["aud"].rstrip("/") != audience.rstrip("/"):
            message = (
                f"The access token has been obtained for wrong audience or resource '{claims['aud']}'. It should "
                f"exactly match with one of the allowed audiences '{audience}'."
            )
            headers = self._challenge(request, "The audience is invalid.")
            raise Refusal(401, "InvalidAuthenticationTokenAudience", message, headers)
        return account

    def expired(self, request: Request, expiry: float | None = None) -> Refusal:
        """What a token that is no longer good is answered with."""
        now = self._clock()
        then = now - timedelta(seconds=1) if expiry is None else datetime.fromtimestamp(expiry, now.tzinfo)
        message = (
            f"The access token expiry UTC time '{then:%m/%d/%Y %I:%M:%S %p}' is earlier than current UTC time "
            f"'{now:%m/%d/%Y %I:%M:%S %p}'."
        )
        return Refusal(401, "ExpiredAuthenticationToken", message, self._challenge(request, "The token has expired."))

    def _challenge(self, request: Request, said: str | None = None) -> dict[str, str]:
        """The header that says where a good token is to be had, and what was wrong with this."""
        error = f', error="invalid_token", error_description="{said}"' if said else ""
        return {"WWW-Authenticate": f'Bearer authorization_uri="{request.base}/{self.tenant}"{error}'}

    def _signature(self, head: str) -> str:
        return _encoded(hmac.new(self._key, head.encode(), hashlib.sha256).digest())

    def _claims(self, token: str) -> Mapping[str, Any]:
        """What the token says; nothing for one that is not ours."""
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(head).encode(), signature.encode()):
            return {}
        return json.loads(base64.urlsafe_b64decode(head.split(".")[1] + "=="))


class SignInRefused(Refusal):
    """A refusal in the form of OAuth: `error`, `error_description` with the AADSTS code, `error_codes`."""

    def __init__(self, error: str, number: int, message: str, status: int = 400) -> None:
        super().__init__(status, error, message)
        self.number = number

    @property
    def response(self) -> Response:
        trace = f"Trace ID: {uuid.uuid4()} Correlation ID: {uuid.uuid4()}"
        body = {
            "error": self.code,
            "error_description": f"AADSTS{self.number}: {self.message} {trace}",
            "error_codes": [self.number],
        }
        return Response(self.status, body)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
