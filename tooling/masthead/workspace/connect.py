"""From the name of a workspace to a session with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from masthead.content.project import Project
from masthead.content.schema import closest
from masthead.content.workspaces import Workspace
from masthead.workspace.clouds import Endpoints
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.session import Session

DEMO = "demo"
"""The name of the stand-in for Sentinel that `masthead demo-workspace` starts."""

DEMO_FILE = ".masthead/demo-workspace.json"
"""Where it says how to reach it, below the project's root."""

_LOOPBACK = ("https://127.0.0.1:", "https://localhost:")


def connect(project: Project, name: str) -> Session:
    """A session with the workspace that the project calls `name`; nothing is sent yet.

    Raises WorkspaceError when there is no such workspace, ContentError when workspaces.yaml cannot be read.
    """
    if name == DEMO:
        return _demo(project)
    return Session(find_workspace(project, name))


def find_workspace(project: Project, name: str) -> Workspace:
    """The workspace that the project calls `name`, the running stand-in included. Raises like `connect`."""
    if name == DEMO:
        return _demo(project).workspace
    if name in project.workspaces:
        return project.workspaces[name]
    known = [*project.workspaces, DEMO]
    near = closest(name, known)
    if near:
        hint = f'Did you mean "{near}"?'
    elif project.workspaces:
        hint = f"workspaces.yaml describes {', '.join(project.workspaces)}."
    else:
        hint = "Describe it in workspaces.yaml at the project's root, or start a stand-in with masthead demo-workspace."
    raise WorkspaceError(f'there is no workspace "{name}"', hint)


def _demo(project: Project) -> Session:
    path = project.root / DEMO_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        workspace = Workspace(
            name=DEMO,
            subscription=found["subscription"],
            resource_group=found["resource_group"],
            workspace=found["workspace"],
            tenant=found["tenant"],
            owner=found.get("owner", "masthead"),
        )
        endpoints = Endpoints(
            found["resource_manager"],
            f"{found['resource_manager']}/.default",
            found["logs"],
            found["authority"],
            found["portal"],
            Path(found["certificate"]),
        )
    except FileNotFoundError:
        hint = "Start it in another terminal: masthead demo-workspace."
        raise WorkspaceError("the demo workspace is not running", hint) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "Delete the file, and start it again: masthead demo-workspace."
        raise WorkspaceError(f"{DEMO_FILE} cannot be used: {error}", hint) from None
    # The file lies in the project, so it is not to be trusted with more than this machine.
    if not endpoints.resource_manager.startswith(_LOOPBACK) or not endpoints.logs.startswith(_LOOPBACK):
        raise WorkspaceError(f"{DEMO_FILE} names another machine; the demo workspace runs on this one")
    return Session(workspace, endpoints, _demo_credential(found, endpoints))


def _demo_credential(found: dict[str, Any], endpoints: Endpoints) -> Any:
    from masthead.workspace.session import imported

    return imported("azure.identity").ClientSecretCredential(
        found["tenant"],
        found["client_id"],
        found["client_secret"],
        authority=endpoints.authority,
        disable_instance_discovery=True,
        connection_verify=str(endpoints.certificate),
    )
