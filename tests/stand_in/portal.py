"""What people do in the portal, past any deployment."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import Any

from stand_in.alert_rules import AlertRules
from stand_in.place import Azure, LiveWorkspace, Place
from stand_in.routes import COLLECTIONS
from stand_in.state import Resource

DISABLED = "AUTO DISABLED "
"""What Sentinel puts before the name of a rule that kept failing."""


class Portal:
    """Changes by hand; `by` is the person, as the activity log will name them."""

    def __init__(self, azure: Azure, live: LiveWorkspace) -> None:
        self._azure, self._live = azure, live

    def change(self, type: str, name: str, by: str = "alex@contoso.example", **properties: Any) -> Resource:
        """Change properties of a resource of a type, such as alertRules. Raises KeyError when there is none."""
        collection, scope = self._collection(type)
        current = self._azure.state.get(scope, collection.type, name)
        if current is None:
            raise KeyError(name)
        body = copy.deepcopy(current.body)
        body["properties"] |= properties
        return self._put(type, name, body, by)

    def make(self, type: str, name: str, body: Mapping[str, Any], by: str = "alex@contoso.example") -> Resource:
        """Make or replace a resource, unchecked."""
        return self._put(type, name, copy.deepcopy(dict(body)), by)

    def delete(self, type: str, name: str, by: str = "alex@contoso.example") -> None:
        """Delete a resource. The id of an alert rule rests then, as it does after any deletion."""
        collection, scope = self._collection(type)
        id = collection.id(self._place(scope), name)
        deleted = self._azure.state.delete(scope, collection.type, name, (by, _object_id(by)), id=id)
        if deleted and isinstance(collection, AlertRules):
            self._azure.state.resting[id.lower()] = self._azure.clock()

    def auto_disable(self, name: str, reason: str = "The query failed too often.") -> Resource:
        """Have Sentinel disable a rule, as it does where its query keeps failing."""
        collection, scope = self._collection("alertRules")
        current = self._azure.state.get(scope, collection.type, name)
        if current is None:
            raise KeyError(name)
        properties = current.body["properties"]
        return self.change(
            "alertRules",
            name,
            "Azure Sentinel",
            enabled=False,
            displayName=DISABLED + properties["displayName"],
            description=f"{reason}\n{properties.get('description') or ''}",
        )

    def _put(self, type: str, name: str, body: dict[str, Any], by: str) -> Resource:
        collection, scope = self._collection(type)
        id = collection.id(self._place(scope), name)
        return self._azure.state.put(scope, collection.type, name, body, (by, _object_id(by)), id=id)

    def _collection(self, type: str) -> tuple[Any, str]:
        collection = COLLECTIONS[type.lower()]
        of_group = type.lower() == "workbooks"
        scope = self._azure.group_id(self._live.resource_group) if of_group else self._azure.workspace_id(self._live)
        return collection, scope

    def _place(self, scope: str) -> Place:
        return Place(self._azure, scope, self._live)


def _object_id(by: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, by))
