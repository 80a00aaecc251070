"""What the stand-in keeps: resources by their place, ids at rest, and who changed what; all in memory, one lock."""

from __future__ import annotations

import copy
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Resource:
    """A resource as it is kept: `body` is what was accepted, with "kind", "properties" and the like, without etag.

    by, at, created_by, created_at: who changed and made it, and when.
    """

    name: str
    body: dict[str, Any]
    etag: str
    by: str
    at: datetime
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a resource. operation: write or delete. before, after: its body, None where there was none."""

    at: datetime
    by: str
    by_id: str
    type: str
    id: str
    name: str
    operation: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(slots=True)
class State:
    """Everything that is kept. Places are texts: the resource id of what the resources belong to, and their type.

    resting: when a resource was deleted whose id must not be used again for a while. versions: how often something of
    a type has changed.
    """

    clock: Callable[[], datetime]
    lock: threading.RLock = field(default_factory=threading.RLock)
    places: dict[tuple[str, str], dict[str, Resource]] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)

    def all(self, scope: str, type: str) -> list[Resource]:
        """The resources of a type below `scope`, in the order in which they were made."""
        with self.lock:
            return list(self.places.get((scope.lower(), type), {}).values())

    def get(self, scope: str, type: str, name: str) -> Resource | None:
        """The resource of this name, in whatever case, or None."""
        with self.lock:
            return self.places.get((scope.lower(), type), {}).get(name.lower())

    def put(
        self,
        scope: str,
        type: str,
        name: str,
        body: dict[str, Any],
        who: tuple[str, str],
        *,
        id: str,
        quiet: bool = False,
    ) -> Resource:
        """Keep a resource, with a new etag. who: name and object id. quiet: no change that anybody is told of."""
        with self.lock:
            before = self.get(scope, type, name)
            now = self.clock()
            made = Resource(
                before.name if before else name,
                copy.deepcopy(body),
                new_etag(),
                who[0],
                now,
                before.created_by if before else who[0],
                before.created_at if before else now,
            )
            self.places.setdefault((scope.lower(), type), {})[name.lower()] = made
            self._changed(type, id, made.name, "write", before, made, who, quiet)
            return made

    def delete(self, scope: str, type: str, name: str, who: tuple[str, str], *, id: str, quiet: bool = False) -> bool:
        """Remove a resource; False when there is none."""
        with self.lock:
            before = self.places.get((scope.lower(), type), {}).pop(name.lower(), None)
            if before is not None:
                self._changed(type, id, before.name, "delete", before, None, who, quiet)
            return before is not None

    def drop(self, scope: str, type: str) -> None:
        """Remove all resources of a type below `scope`, as nobody is told of."""
        with self.lock:
            self.places.pop((scope.lower(), type), None)
            self.versions[type] += 1

    def _changed(
        self,
        type: str,
        id: str,
        name: str,
        operation: str,
        before: Resource | None,
        after: Resource | None,
        who: tuple[str, str],
        quiet: bool,
    ) -> None:
        self.versions[type] += 1
        if not quiet:
            old, new = (copy.deepcopy(each.body) if each else None for each in (before, after))
            self.changes.append(Change(self.clock(), *who, type, id, name, operation, old, new))

    def snapshot(self) -> Iterator[tuple[str, str, Resource]]:
        """Every resource with its scope and type, in a lasting order."""
        with self.lock:
            for (scope, type), resources in sorted(self.places.items()):
                for name in sorted(resources):
                    yield scope, type, resources[name]

    # --- on disk ----------------------------------------------------------------------------------------------------
    def save(self, path: Path, more: dict[str, Any]) -> None:
        """Write everything to a JSON file that only the user can read; `more` goes with it."""
        with self.lock:
            data = {
                "resources": [{"scope": s, "type": t, **asdict(each)} for s, t, each in self.snapshot()],
                "resting": self.resting,
                "changes": [asdict(each) for each in self.changes],
                **more,
            }
            part = path.with_name(path.name + ".part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(data, default=_text), encoding="utf-8")
            part.replace(path)

    def load(self, data: dict[str, Any]) -> None:
        """Have what `save` wrote, instead of what is there."""
        with self.lock:
            self.places.clear()
            for each in data["resources"]:
                scope, type = each.pop("scope"), each.pop("type")
                times = {name: datetime.fromisoformat(each[name]) for name in ("at", "created_at")}
                self.places.setdefault((scope, type), {})[each["name"].lower()] = Resource(**{**each, **times})
            self.resting = {name: datetime.fromisoformat(at) for name, at in data["resting"].items()}
            self.changes = [Change(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in data["changes"]]
            self.versions.update({type for _, type in self.places})


def new_etag() -> str:
    """An etag of the form that Microsoft.SecurityInsights gives, quotes included."""
    return f'"{uuid.uuid4()}"'


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(value)
