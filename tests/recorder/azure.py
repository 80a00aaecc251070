"""What every row of a recording shares: the cluster it is about, and the columns of its table in the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CATALOG = Path(__file__).resolve().parents[2] / "catalog" / "tables"

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
CLUSTER_NAME = "aks-shop"
RESOURCE_GROUP = "rg-shop"
CLUSTER_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}"
    f"/providers/Microsoft.ContainerService/managedClusters/{CLUSTER_NAME}"
)
"""As Azure Resource Manager spells it, which is how Container Insights reports it."""

CLUSTER = CLUSTER_ID.lower()
"""As `_ResourceId` has it: Azure Monitor lowers its letters."""

API_SERVER_POD = "kube-apiserver-7d9c5b6f88-2xk4q"


def row_of(table: str, source_system: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `table`: `values` and what all rows have, in the catalog's order of columns, without nulls.

    Raises ValueError for a value that the table has no column for.
    """
    known = {
        **values,
        "SourceSystem": source_system,
        "Type": table,
        "_ResourceId": CLUSTER,
        "_SubscriptionId": SUBSCRIPTION,
    }
    columns = columns_of(table)
    if unknown := known.keys() - set(columns):
        raise ValueError(f"catalog/tables/{table}.yaml has no column {', '.join(sorted(unknown))}")
    return {name: known[name] for name in columns if known.get(name) is not None}


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """The names of the table's columns, as the catalog orders them."""
    described = yaml.safe_load((CATALOG / f"{table}.yaml").read_text(encoding="utf-8"))
    return tuple(described["columns"])
