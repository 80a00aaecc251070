"""Schemas of Azure Monitor's standard tables, from the package pysigma-backend-kusto (the extra `schemas`)."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_MODULE = "pipelines/azuremonitor/tables.py"
_TYPES = {"double": "real", "bigint": "long", "boolean": "bool", "datetimeoffset": "datetime"}


def standard_schema(table: str) -> dict[str, str] | None:
    """The columns of `table` with their Kusto types; None when it is not known or the package is not installed."""
    columns = _tables().get(table)
    if columns is None:
        return None
    types = {name: str(column["data_type"]).lower() for name, column in columns.items()}
    return {name: _TYPES.get(kind, kind) for name, kind in types.items()}


def standard_tables() -> frozenset[str]:
    """The names of all the standard tables that are known."""
    return frozenset(_tables())


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    # The file is loaded by itself: importing it by its name would import all of pySigma, which takes a second.
    package = importlib.util.find_spec("sigma")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder) / _MODULE
        spec = importlib.util.spec_from_file_location("masthead_standard_tables", path) if path.is_file() else None
        if spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.AZURE_MONITOR_TABLES
    return {}
