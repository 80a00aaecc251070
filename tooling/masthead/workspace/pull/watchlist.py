"""A live watchlist as content: what describes it, and its rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from masthead.workspace.bodies.watchlist import PROVIDER
from masthead.workspace.pull.converted import FIRST_VERSION, GUID, NO_DESCRIPTION, Converted, plain, text, without_empty
from masthead.workspace.resources import Live

NO_COLUMN_DESCRIPTION = "Not described where it was pulled from"

_NAMESPACE = UUID("8d0d3b6e-52a9-4c0c-9f0e-6d3a1c0f4b77")


def watchlist_content(live: Live) -> Converted:
    """The watchlist as content, without its rows."""
    said = plain(live.body.get("properties") or {})
    description, provider = text(said.get("description")), text(said.get("provider"))
    id = str(said.get("watchlistId") or "")
    data = {
        "id": id.lower() if GUID.fullmatch(id) else str(uuid5(_NAMESPACE, live.key.id)),
        "watchlistAlias": live.key.id,
        "displayName": text(said.get("displayName")),
        "description": description or NO_DESCRIPTION,
        "provider": provider if provider != PROVIDER else None,
        "itemsSearchKey": said.get("itemsSearchKey"),
        "version": FIRST_VERSION,
        "columns": [{"name": name, "description": NO_COLUMN_DESCRIPTION} for name in columns(live)],
    }
    notes = () if description else ("it has no description; the file says so",)
    return Converted(data=without_empty(data), may_differ=frozenset({"description"} if notes else ()), notes=notes)


def columns(live: Live) -> list[str]:
    """Its columns: those of its items, in the order they have them; of a list without items what it is looked up by."""
    found = dict.fromkeys(name for item in live.items or () for name in item)
    return list(found) or [str((live.body.get("properties") or {}).get("itemsSearchKey") or "")]


def with_columns(described: Sequence[dict[str, str]], live: Live) -> list[dict[str, str]]:
    """The columns that the list has there: those described, in their order, and behind them what was added.

    Of a list without rows nothing tells the columns, so they stay.
    """
    names = columns(live)
    if not live.items:
        return list(described)
    known = [each["name"] for each in described]
    added = [{"name": name, "description": NO_COLUMN_DESCRIPTION} for name in names if name not in known]
    return [*(each for each in described if each["name"] in names), *added]


def rows_text(live: Live, names: Sequence[str], before: Iterable[Mapping[str, str]] = ()) -> str:
    """The rows as CSV with these columns: those that were there before in their order, then the others, sorted."""
    rows = [tuple(str(item.get(name, "")) for name in names) for item in live.items or ()]
    kept = []
    for each in before:
        row = tuple(each.get(name, "") for name in names)
        if row in rows:
            rows.remove(row)
            kept.append(row)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([*kept, *sorted(rows)])
    return file.getvalue()
