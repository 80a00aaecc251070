"""Microsoft.OperationalInsights/workspaces/tables: which tables there are, with columns, plan and retention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stand_in.collection import Collection
from stand_in.messages import Refusal
from stand_in.place import Place
from stand_in.state import Resource, State

_SPELT = {"datetime": "dateTime", "bool": "boolean"}
"""The types that this API calls otherwise than Kusto does."""


class Tables(Collection):
    """Tables can be read. `describe` and `StandIn.table` change them, as a person or a connector would."""

    type: ClassVar[str] = "Microsoft.OperationalInsights/workspaces/tables"
    listed_by_page: ClassVar[bool] = False

    def id(self, place: Place, name: str) -> str:
        return f"{self.scope(place)}/tables/{name}"

    def shown(self, resource: Resource, place: Place) -> dict[str, Any]:
        kept = resource.body["properties"]
        columns = [{"name": name, "type": _SPELT.get(kind, kind)} for name, kind in kept["columns"].items()]
        own = resource.name.endswith("_CL")
        ours = {
            "name": resource.name,
            "tableType": "CustomLog" if own else "Microsoft",
            "tableSubType": kept["subtype"],
        }
        # What the service added itself stands apart from what the user did.
        schema = {**ours, "columns": columns if own else [], "standardColumns": [] if own else columns}
        retention = 30 if kept["plan"] != "Analytics" else kept["retention"]
        return {
            "properties": {
                "schema": {**schema, "solutions": ["LogManagement"], "isTroubleshootingAllowed": True},
                "plan": kept["plan"],
                "retentionInDays": retention,
                "totalRetentionInDays": max(retention, kept["total_retention"]),
                "archiveRetentionInDays": max(0, kept["total_retention"] - retention),
                "retentionInDaysAsDefault": True,
                "totalRetentionInDaysAsDefault": True,
                "provisioningState": "Succeeded",
            }
        }

    def missing(self, place: Place) -> Refusal:
        return Refusal(404, "ResourceNotFound", f"Table '{place.name}' was not found in the workspace.")

    def served(self, resource: Resource, place: Place) -> dict[str, Any]:
        served = super().served(resource, place)
        served.pop("etag")
        return served


def describe(
    state: State,
    workspace: str,
    name: str,
    columns: Mapping[str, str],
    *,
    plan: str = "Analytics",
    retention: int = 90,
    total_retention: int = 90,
) -> None:
    """Let the workspace (its resource id) have a table with these columns {name: Kusto type}."""
    if plan not in ("Analytics", "Basic", "Auxiliary"):
        raise ValueError(f"a table's plan is Analytics, Basic or Auxiliary, not {plan}")
    kept = {
        "columns": dict(columns),
        "plan": plan,
        "retention": retention,
        "total_retention": total_retention,
        "subtype": "DataCollectionRuleBased" if name.endswith("_CL") else "Any",
    }
    id = f"{workspace}/tables/{name}"
    state.put(workspace, Tables.type, name, {"properties": kept}, ("Azure", ""), id=id, quiet=True)


def columns_of(state: State, workspace: str) -> dict[str, Mapping[str, str]]:
    """The columns of each table of a workspace, with Kusto's types."""
    return {each.name: each.body["properties"]["columns"] for each in state.all(workspace, Tables.type)}


def plans_of(state: State, workspace: str) -> dict[str, str]:
    """The plan of each table of a workspace."""
    return {each.name: each.body["properties"]["plan"] for each in state.all(workspace, Tables.type)}
