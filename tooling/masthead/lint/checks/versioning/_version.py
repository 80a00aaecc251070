"""Versions of content."""

from __future__ import annotations

from masthead.content.document import Document


def version_of(document: Document) -> tuple[int, ...] | None:
    """The version as numbers; None when there is none, or it is not one."""
    text = str(document.data.get("version", ""))
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() and len(part) < 10 for part in parts) else None
