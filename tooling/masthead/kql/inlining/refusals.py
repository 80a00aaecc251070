"""Why a query cannot bring its rows along."""

from __future__ import annotations


class CannotInline(Exception):
    """The query cannot be asked elsewhere so that its answer means the same; the message says why, for people."""
