"""The stand-in itself: what a test starts, looks into and breaks."""

from __future__ import annotations

import copy
import hashlib
import json
import threading
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.clouds import Endpoints
from masthead.workspace.session import Session
from stand_in.accounts import Account, Role
from stand_in.activity import azure_activity, sentinel_audit
from stand_in.faults import Effect, Faults
from stand_in.identity import Directory
from stand_in.messages import Request
from stand_in.place import Azure, LiveWorkspace
from stand_in.populate import populate
from stand_in.portal import Portal
from stand_in.queries import Queries
from stand_in.quirks import Quirks
from stand_in.rows import Logs, Lot, Played
from stand_in.server import Call, Server
from stand_in.service import LOGS, Service
from stand_in.state import State
from stand_in.tables import describe
from stand_in.tls import certificate

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

ROOT = Path(__file__).parents[2]


class Clock:
    """The time, with as much added as tests want to have passed."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


class StandIn:
    """Azure with one subscription and a workspace with Sentinel, on loopback; a context manager.

    project: whose catalog says which tables there are, and whose recordings can be played; Masthead's own by default.
    recordings: names of those that are played; now: whether they end now, or when they were recorded. populated: as a
    workspace in use, with content of others; else with tables only. page_size: how many members a page of a list has.
    port: 0 takes a free one. tables: names of those that the workspace has; None, all of the catalog.
    """

    def __init__(
        self,
        project: Project | Path | None = None,
        recordings: Sequence[str] = (),
        *,
        now: bool = True,
        populated: bool = True,
        quirks: Quirks | None = None,
        page_size: int = 50,
        port: int = 0,
        tables: Iterable[str] | None = None,
        sentinel: bool = True,
        owner: str = "masthead",
    ) -> None:
        self.project = project if isinstance(project, Project) else _project(project or ROOT)
        self.clock = Clock()
        self.state = State(self.clock)
        self.logs = Logs(self.project)
        self.faults = Faults()
        self.queries = Queries(self.state, self._lots)
        self.azure = Azure(str(uuid.uuid4()), self.state, quirks or Quirks(), self.clock, page_size, self.queries)
        # Tokens keep the real time, as the clients do who hold them.
        self.directory = Directory(str(uuid.uuid4()), lambda: datetime.now(UTC))
        self.account = self.add_account("masthead-deploy")
        self.calls: list[Call] = []
        self.others: frozenset[tuple[str, str, str]] = frozenset()
        self._calls_lock = threading.Lock()
        self._server: Server | None = None
        self._port, self._owner = port, owner
        self.settle(self.add_workspace("soc", "rg-soc", tables=tables, sentinel=sentinel))
        for name in recordings:
            self.play(name, now=now)
        if populated and sentinel:
            populate(self)

    def settle(self, live: LiveWorkspace) -> None:
        """Let this be the workspace that everything here speaks of."""
        self.live, self.portal = live, Portal(self.azure, live)

    # --- what there is ----------------------------------------------------------------------------------------------
    def add_account(self, name: str, *roles: Role, secret: str | None = None) -> Account:
        """An account that can sign in; without roles it is a contributor of Sentinel. See `Account`."""
        secret = secret or f"secret-{uuid.uuid4()}"
        account = Account(str(uuid.uuid4()), secret, str(uuid.uuid4()), name)
        if roles:
            account.roles = frozenset(roles)
        return self.directory.add(account)

    def add_workspace(
        self,
        name: str,
        resource_group: str,
        *,
        location: str = "westeurope",
        tables: Iterable[str] | None = None,
        sentinel: bool = True,
    ) -> LiveWorkspace:
        """One more workspace, with tables of the catalog."""
        live = LiveWorkspace(name, resource_group, str(uuid.uuid4()), location, sentinel)
        self.azure.workspaces[name.lower()] = live
        self.azure.groups.add(resource_group)
        scope = self.azure.workspace_id(live)
        for table in sorted(self.project.tables.slugs) if tables is None else tables:
            columns = self.project.schema(table) or {}
            if tables is not None or "TimeGenerated" in columns:  # what has none is of advanced hunting only
                describe(self.state, scope, table, columns)
        return live

    def play(
        self, recording: str, *, now: bool = True, tables: Iterable[str] | None = None, to_the_last: bool = False
    ) -> None:
        """Have the rows of a recording, of some of its tables or of all, ending now or when it was recorded.

        to_the_last: what ends now is not the recording, but each of its tables. Raises KeyError for an unknown name.
        """
        found = self.project.recordings.get(recording)
        if found is None:
            raise KeyError(recording)
        moment, had = self.clock(), frozenset(found.tables if tables is None else tables)
        self.logs.play(Played(found, had, moment if now else found.end, moment, to_the_last))

    def table(self, name: str, columns: Mapping[str, str] | None = None, **settings: Any) -> None:
        """Let the workspace have a table, by default with the catalog's columns; see `tables.describe`."""
        describe(self.state, self.scope, name, columns or self.project.schema(name) or {}, **settings)

    def without_table(self, name: str) -> None:
        """Let the workspace have no such table."""
        id = f"{self.scope}/tables/{name}"
        type = "Microsoft.OperationalInsights/workspaces/tables"
        self.state.delete(self.scope, type, name, ("Azure", ""), id=id, quiet=True)

    # --- how to reach it --------------------------------------------------------------------------------------------
    @property
    def scope(self) -> str:
        """The resource id of the workspace."""
        return self.azure.workspace_id(self.live)

    @property
    def base(self) -> str:
        """The address of the server, which must have been started."""
        assert self._server is not None, "the stand-in is not started"
        return self._server.base

    @property
    def endpoints(self) -> Endpoints:
        """Where the SDKs are to send their requests."""
        return Endpoints(
            resource_manager=self.base,
            scope=f"{self.base}/.default",
            logs=self.base + LOGS,
            authority=self.base.removeprefix("https://"),
            portal=self.base,
            certificate=certificate(),
        )

    @property
    def workspace(self) -> Workspace:
        """The workspace as a project's `workspaces.yaml` would describe it."""
        return Workspace(
            name="stand-in",
            subscription=self.azure.subscription,
            resource_group=self.live.resource_group,
            workspace=self.live.name,
            tenant=self.directory.tenant,
            owner=self._owner,
        )

    def described(self) -> dict[str, str]:
        """What `masthead` must know to reach it as the workspace demo, secret included."""
        endpoints = self.endpoints
        return {
            "resource_manager": endpoints.resource_manager,
            "logs": endpoints.logs,
            "authority": endpoints.authority,
            "portal": endpoints.portal,
            "certificate": str(endpoints.certificate),
            "tenant": self.directory.tenant,
            "client_id": self.account.client_id,
            "client_secret": self.account.client_secret,
            "subscription": self.azure.subscription,
            "resource_group": self.live.resource_group,
            "workspace": self.live.name,
            "owner": self.workspace.owner,
        }

    def credential(self, account: Account | None = None, tenant: str | None = None) -> TokenCredential:
        """An account's credential, of azure-identity."""
        from azure.identity import ClientSecretCredential

        account = account or self.account
        return ClientSecretCredential(
            tenant or self.directory.tenant,
            account.client_id,
            account.client_secret,
            authority=self.endpoints.authority,
            disable_instance_discovery=True,
            connection_verify=str(certificate()),
            retry_backoff_factor=0,
        )

    def session(
        self,
        described: Workspace | None = None,
        /,
        *,
        account: Account | None = None,
        attempts: int = 3,
        **changes: Any,
    ) -> Session:
        """A session of the SDKs with the workspace, in which nobody waits; changes: of fields of the workspace."""
        workspace = replace(described or self.workspace, **changes)
        return Session(workspace, self.endpoints, self.credential(account), attempts=attempts, backoff=0)

    # --- running ----------------------------------------------------------------------------------------------------
    def start(self) -> StandIn:
        """Serve. Raises OSError for a port that is taken. Starting what is started does nothing."""
        if self._server is not None:
            return self
        service = Service(self.azure, self.directory)
        self._server = Server(self._port, service.answer, self.faults.of, self.directory.expired, self._record)
        self._server.start()
        self.others = self.names()
        return self

    def stop(self) -> None:
        """Serve no more, and free what KQL needs."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self.queries.close()

    def __enter__(self) -> StandIn:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- what a test asks -------------------------------------------------------------------------------------------
    def _record(self, request: Request, status: int | None, effect: Effect | None) -> None:
        name = request.account.name if request.account else None
        query = "&".join(f"{key}={value}" for key, value in request.query.items())
        content = b"" if request.for_sign_in else request.content
        call = Call(self.clock(), request.method, request.path, query, status, name, effect, content)
        with self._calls_lock:
            self.calls.append(call)

    def writes(self) -> list[Call]:
        """The calls that could change something."""
        return [
            each
            for each in self.calls
            if each.method != "GET" and "/oauth2/" not in each.path and LOGS not in each.path
        ]

    def resources(self, type: str) -> list[dict[str, Any]]:
        """All resources of a type, such as alertRules or savedSearches, as they are kept, with name and etag."""
        found = []
        for _, each, resource in self.state.snapshot():
            if each.lower().endswith(f"/{type.lower()}"):
                found.append({"name": resource.name, "etag": resource.etag, **copy.deepcopy(resource.body)})
        return found

    def names(self) -> frozenset[tuple[str, str, str]]:
        """Which resources there are: scope, type and name of each."""
        return frozenset((scope, type, resource.name) for scope, type, resource in self.state.snapshot())

    def fingerprint(self, among: Collection[tuple[str, str, str]] | None = None, exclude: Iterable[str] = ()) -> str:
        """A digest of resources with their etags: the same if none of them was changed or deleted.

        among: which, as `names` tells them; None is all. exclude: names that are passed over. `others` are those that
        were there at the start.
        """
        passed = {name.lower() for name in exclude}
        digest = hashlib.sha256()
        for scope, type, resource in self.state.snapshot():
            wanted = among is None or (scope, type, resource.name) in among
            if wanted and resource.name.lower() not in passed:
                digest.update(
                    json.dumps([scope, type, resource.name, resource.etag, resource.body], sort_keys=True).encode()
                )
        return digest.hexdigest()

    def _lots(self, table: str, now: datetime) -> list[Lot]:
        found = self.logs.lots(table, now)
        makers = {"AzureActivity": azure_activity, "SentinelAudit": sentinel_audit}
        changes = self.state.changes
        if table in makers and changes:
            made = list(makers[table](list(changes), self.live.customer_id))
            found.append(Lot(f"{table} of changes {id(self)} {len(changes)}", lambda _: made))
        return found


@cache
def _project(root: Path) -> Project:
    """The project, read once a process."""
    return Project.load(root)
