"""A watchlist as the API takes it. Its rows are resources of their own, and not part of the body."""

from __future__ import annotations

from typing import Any

from masthead.content.watchlists import Watchlist

PROVIDER = "Masthead"
"""Who keeps a list that does not say: the API insists on somebody."""


def watchlist_body(watchlist: Watchlist) -> dict[str, Any]:
    """The body of a PUT of the watchlist."""
    return {
        "properties": {
            "watchlistAlias": watchlist.alias,
            "displayName": watchlist.display_name,
            "description": watchlist.description,
            "provider": watchlist.provider or PROVIDER,
            "source": f"{watchlist.slug}.csv",
            "sourceType": "Local",
            "contentType": "text/csv",
            "numberOfLinesToSkip": 0,
            "itemsSearchKey": watchlist.items_search_key,
        }
    }
