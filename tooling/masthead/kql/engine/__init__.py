"""The engine: runs translated KQL on DuckDB."""

from masthead.kql.engine.engine import Engine, Result, Window

__all__ = ["Engine", "Result", "Window"]
