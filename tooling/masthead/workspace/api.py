"""Sentinel's API, one way for all kinds of resources: list, read, write, delete.

Which of Microsoft's clients and which of their calls a kind needs is known here and nowhere else.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from masthead.workspace.refusals import translated
from masthead.workspace.resources import Desired, Key, Live, ResourceKind
from masthead.workspace.session import Session

HUNTING_CATEGORY = "Hunting Queries"
WORKBOOK_CATEGORY = "sentinel"

_ENVELOPE = ("id", "name", "type", "etag", "systemData", "identity")
_POLLING = {"polling_interval": 1}


class Api:
    """The resources of one workspace. Every method raises WorkspaceError for what Azure refuses."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def alert_rules(self) -> Iterator[Live]:
        """The analytics rules, those of kinds that content cannot describe included."""
        with translated(self.session.workspace, "list the analytics rules"):
            for each in self.session.sentinel.alert_rules.list(*self.session.scope):
                yield _live(ResourceKind.DETECTION, each.as_dict())

    def saved_searches(self) -> Iterator[Live]:
        """Functions, hunting queries, and the other saved searches, which count as hunting queries of no category."""
        with translated(self.session.workspace, "list the saved searches"):
            found = self.session.log_analytics.saved_searches.list_by_workspace(*self.session.scope)
            for each in found.value or ():
                data = each.as_dict()
                alias = data.get("properties", {}).get("functionAlias")
                yield _live(ResourceKind.FUNCTION if alias else ResourceKind.HUNTING_QUERY, data)

    def automation_rules(self) -> Iterator[Live]:
        """The automation rules."""
        with translated(self.session.workspace, "list the automation rules"):
            for each in self.session.sentinel.automation_rules.list(*self.session.scope):
                yield _live(ResourceKind.AUTOMATION_RULE, each.as_dict())

    def workbooks(self) -> Iterator[Live]:
        """The workbooks of the workspace in Sentinel's category, with their content."""
        with translated(self.session.workspace, "list the workbooks"):
            for each in self.session.insights.workbooks.list_by_resource_group(
                self.session.workspace.resource_group,
                WORKBOOK_CATEGORY,
                source_id=self.session.workspace.resource_id,
                can_fetch_content=True,
            ):
                yield _live(ResourceKind.WORKBOOK, each.serialize(keep_readonly=True))

    def watchlists(self) -> Iterator[Live]:
        """The watchlists, without their items."""
        with translated(self.session.workspace, "list the watchlists"):
            for each in self.session.sentinel.watchlists.list(*self.session.scope):
                yield _live(ResourceKind.WATCHLIST, each.as_dict())

    def watchlist_items(self, alias: str) -> tuple[tuple[str, ...], tuple[Mapping[str, str], ...]]:
        """The ids of a watchlist's items, and the items."""
        with translated(self.session.workspace, f"list the items of the watchlist {alias}"):
            found = [each.as_dict() for each in self.session.sentinel.watchlist_items.list(*self.session.scope, alias)]
        ids = tuple(each["name"] for each in found)
        return ids, tuple(each.get("properties", {}).get("itemsKeyValue") or {} for each in found)

    def metadata(self) -> list[dict[str, Any]]:
        """Sentinel's records of where content comes from."""
        with translated(self.session.workspace, "list the metadata"):
            return [each.as_dict() for each in self.session.sentinel.metadata.list(*self.session.scope)]

    def read(self, key: Key) -> Live | None:
        """The resource as it is now; None when there is none."""
        from azure.core.exceptions import ResourceNotFoundError

        session = self.session
        with translated(session.workspace, f"read the {key.kind}"):
            try:
                match key.kind:
                    case ResourceKind.DETECTION:
                        data = session.sentinel.alert_rules.get(*session.scope, key.id).as_dict()
                    case ResourceKind.FUNCTION | ResourceKind.HUNTING_QUERY:
                        data = session.log_analytics.saved_searches.get(*session.scope, key.id).as_dict()
                    case ResourceKind.AUTOMATION_RULE:
                        data = session.sentinel.automation_rules.get(*session.scope, key.id).as_dict()
                    case ResourceKind.WATCHLIST:
                        data = session.sentinel.watchlists.get(*session.scope, key.id).as_dict()
                    case ResourceKind.WORKBOOK:
                        group = session.workspace.resource_group
                        found = session.insights.workbooks.get(group, key.id, can_fetch_content=True)
                        data = found.serialize(keep_readonly=True)
            except ResourceNotFoundError as error:
                if _is_about_the_workspace(error):
                    raise
                return None
        live = _live(key.kind, data)
        if key.kind is ResourceKind.WATCHLIST:
            ids, items = self.watchlist_items(key.id)
            return Live(key=live.key, title=live.title, body=live.body, etag=live.etag, items=items, item_ids=ids)
        return live

    def write(self, desired: Desired, etag: str | None) -> None:
        """Create or change a resource; `etag` is that of the one that is changed, which must still be current."""
        session, key, body = self.session, desired.key, dict(desired.body)
        if etag:
            body["etag"] = etag
        headers = {"headers": {"If-Match": etag}} if etag else {}
        with translated(session.workspace, f"write the {key.kind}"):
            match key.kind:
                case ResourceKind.DETECTION:
                    session.sentinel.alert_rules.create_or_update(*session.scope, key.id, body, **headers)
                case ResourceKind.FUNCTION | ResourceKind.HUNTING_QUERY:
                    session.log_analytics.saved_searches.create_or_update(*session.scope, key.id, body, **headers)
                case ResourceKind.AUTOMATION_RULE:
                    session.sentinel.automation_rules.create_or_update(*session.scope, key.id, body, **headers)
                case ResourceKind.WORKBOOK:
                    self._write_workbook(key.id, body, headers)
                case ResourceKind.WATCHLIST:
                    if not etag:  # the rows come with it once; later ones are changed one by one
                        body["properties"] = {**body["properties"], **_raw_content(desired)}
                    session.sentinel.watchlists.begin_create_or_update(
                        *session.scope, key.id, body, **headers, **_POLLING
                    ).result()

    def _write_workbook(self, name: str, body: dict[str, Any], headers: Mapping[str, Any]) -> None:
        group, source = self.session.workspace.resource_group, self.session.workspace.resource_id
        workbook = io.BytesIO(json.dumps(body).encode())
        self.session.insights.workbooks.create_or_update(group, name, workbook, source_id=source, **headers)

    def write_item(self, alias: str, item_id: str, item: Mapping[str, str]) -> None:
        """Create or change one item of a watchlist."""
        body = {"properties": {"itemsKeyValue": dict(item)}}
        with translated(self.session.workspace, f"write an item of the watchlist {alias}"):
            self.session.sentinel.watchlist_items.create_or_update(*self.session.scope, alias, item_id, body)

    def delete_item(self, alias: str, item_id: str) -> None:
        """Delete one item of a watchlist, if it is there."""
        with translated(self.session.workspace, f"delete an item of the watchlist {alias}"), _if_there():
            self.session.sentinel.watchlist_items.delete(*self.session.scope, alias, item_id)

    def delete(self, key: Key, etag: str | None = None) -> None:
        """Delete a resource, if it is there and still as it was read with `etag`."""
        session, headers = self.session, {"headers": {"If-Match": etag}} if etag else {}
        # A client that wants to read JSON where the service sends none has been told that it is deleted all the same.
        unread = contextlib.suppress(json.JSONDecodeError)
        with translated(session.workspace, f"delete the {key.kind}"), _if_there(), unread:
            match key.kind:
                case ResourceKind.DETECTION:
                    session.sentinel.alert_rules.delete(*session.scope, key.id, **headers)
                case ResourceKind.FUNCTION | ResourceKind.HUNTING_QUERY:
                    session.log_analytics.saved_searches.delete(*session.scope, key.id, **headers)
                case ResourceKind.AUTOMATION_RULE:
                    session.sentinel.automation_rules.delete(*session.scope, key.id, **headers)
                case ResourceKind.WORKBOOK:
                    session.insights.workbooks.delete(session.workspace.resource_group, key.id, **headers)
                case ResourceKind.WATCHLIST:
                    session.sentinel.watchlists.begin_delete(*session.scope, key.id, **headers, **_POLLING).result()

    def write_metadata(self, name: str, body: Mapping[str, Any]) -> None:
        """Create or replace a record."""
        with translated(self.session.workspace, "write the metadata"):
            self.session.sentinel.metadata.create(*self.session.scope, name, dict(body))

    def delete_metadata(self, name: str) -> None:
        """Delete a record, if it is there."""
        with translated(self.session.workspace, "delete the metadata"), _if_there():
            self.session.sentinel.metadata.delete(*self.session.scope, name)


def _if_there() -> Any:
    from azure.core.exceptions import ResourceNotFoundError

    return contextlib.suppress(ResourceNotFoundError)


def _is_about_the_workspace(error: Any) -> bool:
    code = getattr(getattr(error, "error", None), "code", None)
    return code in ("SubscriptionNotFound", "ResourceGroupNotFound", "ParentResourceNotFound")


def _live(kind: ResourceKind, data: Mapping[str, Any]) -> Live:
    properties = data.get("properties") or {}
    name = str(properties.get("watchlistAlias") or data["name"] if kind is ResourceKind.WATCHLIST else data["name"])
    body = {name: value for name, value in data.items() if name not in _ENVELOPE}
    title = str(properties.get("displayName") or name)
    return Live(key=Key(kind, _id(kind, name)), title=title, body=body, etag=data.get("etag"))


def _id(kind: ResourceKind, name: str) -> str:
    """Ids are compared in lower case, as Azure does; what a watchlist is called in queries keeps its own."""
    return name if kind is ResourceKind.WATCHLIST else name.lower()


def _raw_content(desired: Desired) -> dict[str, Any]:
    rows = desired.items
    if not rows:
        return {}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return {"rawContent": text.getvalue()}
