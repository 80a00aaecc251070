"""One deployment at a time: a lease that is held in the workspace itself.

The lease is a saved search, since these have what a lease needs: two that create it at once cannot both succeed, and
none can be changed without the etag it was read with. It runs out by itself when its holder is killed, so that the
next deployment need only wait; a holder that lives renews it.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from masthead.workspace.errors import WorkspaceError
from masthead.workspace.refusals import translated
from masthead.workspace.resources import Live
from masthead.workspace.session import Session

LEASE = timedelta(seconds=60)
"""How long a lease lasts that is not renewed."""

_PREFIX = "masthead-lease-"
_CATEGORY = "Masthead"


def is_lease(live: Live) -> bool:
    """Whether a saved search is a lease, and so no content of anybody."""
    return live.key.id.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class _Found:
    holder: str
    until: datetime
    etag: str | None


class Lease:
    """The right to deploy to a workspace as one owner; a context manager.

    holder: who deploys, as others are told. waiting: told once what is waited for, when another deployment may have
    been cut short. lasts: see `LEASE`. Entering raises WorkspaceError when another deployment is under way.
    """

    def __init__(
        self,
        session: Session,
        holder: str,
        waiting: Callable[[str], None] = lambda _: None,
        *,
        lasts: timedelta = LEASE,
    ) -> None:
        self._session = session
        self._holder = f"{holder} ({uuid.uuid4().hex[:8]})"
        self._waiting, self._lasts = waiting, lasts
        self._id = _PREFIX + session.workspace.owner.lower()
        self._etag: str | None = None
        self._done = threading.Event()
        self._renewing = threading.Thread(target=self._renew, daemon=True)
        self.lost = False
        """Whether somebody else has it, because it ran out before it could be renewed."""

    def __enter__(self) -> Self:
        self._acquire()
        self._renewing.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._renewing.join()
        if not self.lost:
            self._release()

    def _acquire(self) -> None:
        if self._write(None):
            return
        watched: _Found | None = None
        since = time.monotonic()
        while True:
            found = self._read()
            if found is None:
                if self._write(None):
                    return
                continue
            if found.holder == self._holder:  # written, but the answer was lost
                self._etag = found.etag
                return
            if watched and found.until > watched.until:
                raise WorkspaceError(
                    f"another deployment is under way: {found.holder}", "Wait until it has ended, then plan again."
                )
            # The clock of its machine may be wrong; that nobody renewed it while we watched is certain.
            left = min(
                (found.until - datetime.now(UTC)).total_seconds(),
                self._lasts.total_seconds() - (time.monotonic() - since),
            )
            if left <= 0 and self._write(found.etag):
                return
            if left > 0:
                if watched is None:
                    self._waiting(
                        f"another deployment ({found.holder}) is under way or was cut short; "
                        f"waiting {left:.0f} s to see whether it goes on"
                    )
                time.sleep(min(left, self._lasts.total_seconds() / 10))
            watched = watched or found

    def _renew(self) -> None:
        while not self._done.wait(self._lasts.total_seconds() / 3):
            with contextlib.suppress(WorkspaceError):  # it is tried again well before the lease runs out
                if self._write(self._etag):
                    continue
                found = self._read()
                if found is None or found.holder != self._holder:
                    self.lost = True
                    return
                self._etag = found.etag

    def _write(self, etag: str | None) -> bool:
        """Take or renew the lease; False when it is another's, or not as it was read."""
        from azure.core.exceptions import HttpResponseError

        until = datetime.now(UTC) + self._lasts
        body: dict[str, Any] = {
            "properties": {
                "category": _CATEGORY,
                "displayName": f"A deployment of {self._session.workspace.owner} is under way",
                "query": "print Deployment = 'under way'",
                "tags": [{"name": "holder", "value": self._holder}, {"name": "until", "value": until.isoformat()}],
            }
        }
        headers = {"headers": {"If-Match": etag}} if etag else {}
        if etag:
            body["etag"] = etag
        with translated(self._session.workspace, "take the lease of the deployment"):
            try:
                searches = self._session.log_analytics.saved_searches
                written = searches.create_or_update(*self._session.scope, self._id, body, **headers)
            except HttpResponseError as error:
                if error.status_code in (409, 412):
                    return False
                raise
        self._etag = written.get("etag")
        return True

    def _read(self) -> _Found | None:
        from azure.core.exceptions import ResourceNotFoundError

        with translated(self._session.workspace, "read the lease of the deployment"):
            try:
                found = self._session.log_analytics.saved_searches.get(*self._session.scope, self._id).as_dict()
            except ResourceNotFoundError:
                return None
        tags = {each["name"].lower(): each["value"] for each in found["properties"].get("tags") or ()}
        return _Found(tags.get("holder", "unknown"), _instant(tags.get("until")), found.get("etag"))

    def _release(self) -> None:
        with contextlib.suppress(WorkspaceError), translated(self._session.workspace, "give the lease back"):
            self._session.log_analytics.saved_searches.delete(*self._session.scope, self._id)


def _instant(text: str | None) -> datetime:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
