"""KQL, offline: Microsoft's language service reads it, DuckDB runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from masthead.kql.errors import KqlError

if TYPE_CHECKING:
    from masthead.kql.engine import Engine, Fixture, Part, Result, Window

__all__ = ["Engine", "Fixture", "KqlError", "Part", "Result", "Window"]


def __getattr__(name: str) -> Any:
    # The engine is imported when it is used: lint reads KQL without running it.
    if name in ("Engine", "Fixture", "Part", "Result", "Window"):
        from masthead.kql import engine

        return getattr(engine, name)
    raise AttributeError(name)
