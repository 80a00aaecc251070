"""Everything that a workspace has, read at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from masthead.workspace.api import HUNTING_CATEGORY, Api
from masthead.workspace.lease import is_lease
from masthead.workspace.ownership import Ownership, Records, read_records
from masthead.workspace.resources import Key, Live, ResourceKind
from masthead.workspace.session import Session

T = TypeVar("T")

AT_ONCE = 5
"""How many requests are under way at a time: the query service allows five, Resource Manager bears as many."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """The resources of a workspace, those that are ours, and the keys that records of others speak of.

    `owned` may have keys that `resources` lacks: what we deployed and somebody has deleted.
    """

    resources: dict[Key, Live]
    owned: dict[Key, Ownership]
    others: frozenset[Key]


def read_live(session: Session, items_of: Collection[str] | None = None) -> LiveState:
    """The state of the workspace. Raises WorkspaceError.

    items_of: the aliases of the watchlists whose items are read besides those of ours; None is all. A watchlist of
    somebody else may have millions.
    """
    api = Api(session)
    reads: tuple[Callable[[], list[Live]], ...] = (
        lambda: list(api.alert_rules()),
        lambda: [each for each in api.saved_searches() if not is_lease(each)],
        lambda: list(api.watchlists()),
        lambda: list(api.workbooks()),
        lambda: list(api.automation_rules()),
    )
    with ThreadPoolExecutor(AT_ONCE) as pool:
        metadata = pool.submit(api.metadata)
        lists = [pool.submit(each) for each in reads]
        records = read_records(session.workspace, metadata.result())
        found = [each for listed in lists for each in listed.result()]
        wanted = [each for each in found if _wants_items(each, records, items_of)]
        with_items = dict(zip((each.key for each in wanted), pool.map(_reader(api), wanted), strict=True))
    resources = {each.key: with_items.get(each.key, each) for each in found}
    return LiveState(resources, records.ours, records.others)


def _wants_items(live: Live, records: Records, items_of: Collection[str] | None) -> bool:
    if live.key.kind is not ResourceKind.WATCHLIST:
        return False
    return items_of is None or live.key.id in items_of or live.key in records.ours


def _reader(api: Api) -> Callable[[Live], Live]:
    def read(live: Live) -> Live:
        ids, items = api.watchlist_items(live.key.id)
        return replace(live, items=items, item_ids=ids)

    return read


def is_content(live: Live) -> bool:
    """Whether it is of a type that content describes: no rule of Microsoft's own engines, and not any saved search."""
    if live.key.kind is ResourceKind.DETECTION:
        return live.body.get("kind") in ("Scheduled", "NRT")
    if live.key.kind is ResourceKind.HUNTING_QUERY:
        return live.body.get("properties", {}).get("category") == HUNTING_CATEGORY
    return True


def by_kind(resources: Iterable[Live]) -> dict[ResourceKind, list[Live]]:
    """The resources of each kind, by title."""
    found: dict[ResourceKind, list[Live]] = {kind: [] for kind in ResourceKind}
    for each in sorted(resources, key=lambda live: (live.title, live.key.id)):
        found[each.key.kind].append(each)
    return found
