"""What Azure refuses, in words that say what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from masthead.content.workspaces import Workspace
from masthead.workspace.errors import WorkspaceError

_ACTION = re.compile(r"perform action '([^']+)'")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?|(?i:bearer|client_secret[=:]|sig=)\s*\S+")

READER, CONTRIBUTOR = "Microsoft Sentinel Reader", "Microsoft Sentinel Contributor"
_WORKBOOKS = "Workbook Contributor"


def without_secrets(text: str) -> str:
    """`text` with what looks like a token or a secret left out."""
    return _TOKEN.sub("[left out]", text)


@contextmanager
def translated(workspace: Workspace, action: str) -> Iterator[None]:
    """What Microsoft's clients raise within becomes a WorkspaceError: "cannot ACTION: ...", with what to do."""
    from azure.core.exceptions import AzureError

    try:
        yield
    except AzureError as error:
        raise explained(error, workspace, action) from error
    except json.JSONDecodeError as error:  # some of the clients leave this to whoever calls them
        raise WorkspaceError(f"cannot {action}: the answer was cut off", "Try again.") from error


def explained(error: Any, workspace: Workspace, action: str) -> WorkspaceError:
    """The error of a client in words for people; it holds no token and no secret."""
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

    status = getattr(error, "status_code", None)
    code = str(getattr(getattr(error, "error", None), "code", "") or "")
    said = without_secrets(_said(error))
    where = f"workspace {workspace.name}"
    if "not onboarded" in said:
        hint = "Add Microsoft Sentinel to it in the portal, or name the right workspace in workspaces.yaml."
        return WorkspaceError(f"{where} has no Sentinel", hint)
    if isinstance(error, ServiceRequestError | ServiceResponseError):
        hint = "Check the network and the proxy, then try again."
        return WorkspaceError(f"cannot {action}: no answer ({said})", hint)
    if status == 403:
        return WorkspaceError(*_forbidden(said, workspace, action))
    if "InvalidAuthenticationTokenTenant" in code or "AADSTS50020" in said or "wrong issuer" in said:
        hint = f"Sign in to its tenant: az login --tenant TENANT, or name it as `tenant` of {workspace.name}."
        return WorkspaceError(f"cannot {action}: the account is of another tenant than {where}", hint)
    if isinstance(error, ClientAuthenticationError):
        hint = (
            "Sign in with `az login`, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and a credential; on GitHub, azure/login."
        )
        return WorkspaceError(f"cannot sign in to {where}: {said}", hint)
    if status == 404:
        return WorkspaceError(*_missing(code, said, workspace, action))
    return WorkspaceError(f"cannot {action}: {said}", None)


def _said(error: Any) -> str:
    inner = getattr(error, "error", None)
    text = str(getattr(inner, "message", None) or getattr(error, "message", None) or error)
    text = _unwrapped(text)
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)


def _unwrapped(text: str) -> str:
    """Some of the services put a whole error, as JSON, into the message of another."""
    try:
        inner = json.loads(text)
        return str(inner["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text


def _forbidden(said: str, workspace: Workspace, action: str) -> tuple[str, str]:
    found = _ACTION.search(said)
    what = found[1] if found else None
    read = what is None or what.lower().endswith("/read")
    role = READER if read else _WORKBOOKS if "workbooks" in (what or "").lower() else CONTRIBUTOR
    of = f" ({what})" if what else ""
    hint = f'Give the account the role "{role}" on the resource group {workspace.resource_group}.'
    return f"cannot {action}: the account may not{of}", hint


def _missing(code: str, said: str, workspace: Workspace, action: str) -> tuple[str, str]:
    if code == "SubscriptionNotFound":
        hint = "Check `subscription` in workspaces.yaml, and that the account may see it."
        return f"there is no subscription {workspace.subscription}", hint
    if code == "ResourceGroupNotFound":
        return (
            f"there is no resource group {workspace.resource_group} in the subscription",
            "Check `resourceGroup` in workspaces.yaml.",
        )
    if "OperationalInsights/workspaces" in said and code in ("ResourceNotFound", "ParentResourceNotFound"):
        hint = "Check `workspace` and `resourceGroup` in workspaces.yaml."
        return f"there is no workspace {workspace.workspace} in the resource group {workspace.resource_group}", hint
    return f"cannot {action}: {said}", "It may have been deleted meanwhile; plan again."
