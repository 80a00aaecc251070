"""The engine: runs translated KQL on DuckDB."""

from masthead.kql.engine.engine import Engine, Result
from masthead.kql.engine.fixtures import Fixture
from masthead.kql.engine.store import Part
from masthead.kql.engine.window import Window

__all__ = ["Engine", "Fixture", "Part", "Result", "Window"]
