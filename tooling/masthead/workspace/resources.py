"""What Sentinel keeps of one piece of content, in the words of its API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ResourceKind(StrEnum):
    """A type of resource. The order is that of deployment: what others depend on comes first."""

    WATCHLIST = "watchlist"
    FUNCTION = "function"
    DETECTION = "detection"
    HUNTING_QUERY = "hunting query"
    WORKBOOK = "workbook"
    AUTOMATION_RULE = "automation rule"


@dataclass(frozen=True, slots=True)
class Key:
    """Which resource: its kind, and its id within the workspace (the alias of a watchlist, else a GUID)."""

    kind: ResourceKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """A resource as the content wants it.

    body: what the API takes, {"properties": {...}} with "kind" and the like beside it; no etag. items: the rows of a
    watchlist, which the API keeps apart. path: the content file. version: the content's own. tables: those that its
    query reads, through functions too. notes: what a reader of the plan should know about it. held: why a rule that
    the content enables is not enabled here, because it could see nothing; None for all others.
    """

    key: Key
    title: str
    body: Mapping[str, Any]
    path: str
    version: str | None = None
    items: tuple[Mapping[str, str], ...] | None = None
    tables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    held: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A resource as the workspace has it: like `Desired`, with the etag it was read with.

    `item_ids` are the ids of `items`, in their order.
    """

    key: Key
    title: str
    body: Mapping[str, Any]
    etag: str | None = None
    items: tuple[Mapping[str, str], ...] | None = None
    item_ids: tuple[str, ...] = field(default=())
