"""Who may do what: accounts, the built-in roles of Azure that matter here, and the actions that they allow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from stand_in.messages import Refusal


class Role(StrEnum):
    """A built-in role of Azure, given on the subscription."""

    READER = "Microsoft Sentinel Reader"
    CONTRIBUTOR = "Microsoft Sentinel Contributor"
    WORKBOOKS = "Workbook Contributor"


_READ = (
    "microsoft.securityinsights/*/read",
    "microsoft.operationalinsights/workspaces/read",
    "microsoft.operationalinsights/workspaces/*/read",
    "microsoft.insights/workbooks/read",
    "microsoft.resources/subscriptions/resourcegroups/read",
)

_ALLOWED: dict[Role, tuple[str, ...]] = {
    Role.READER: _READ,
    Role.CONTRIBUTOR: (
        *_READ,
        "microsoft.securityinsights/*",
        "microsoft.operationalinsights/workspaces/savedsearches/*",
        "microsoft.insights/workbooks/*",
    ),
    Role.WORKBOOKS: ("microsoft.insights/workbooks/*", "microsoft.resources/subscriptions/resourcegroups/read"),
}
"""What each role allows, in lower case. Of the definitions in Azure's list of built-in roles only what matters here:
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security"""


@dataclass(slots=True)
class Account:
    """Somebody who signs in. client_id names a program, `name` is what the activity log calls the caller.

    reads_others: also what needs rights on other resources than Sentinel's, such as a cluster's diagnostic settings.
    """

    client_id: str
    client_secret: str
    object_id: str
    name: str
    roles: frozenset[Role] = frozenset({Role.CONTRIBUTOR})
    reads_others: bool = True

    def may(self, action: str) -> bool:
        """Whether one of the roles allows the action."""
        asked = action.lower()
        if any(fnmatchcase(asked, allowed) for role in self.roles for allowed in _ALLOWED[role]):
            return True
        return self.reads_others and asked.endswith("/read") and asked.split("/")[0] not in _OURS

    def require(self, action: str, scope: str) -> None:
        """Raises Refusal, 403 AuthorizationFailed in Azure's words, unless the action is allowed."""
        if not self.may(action):
            message = (
                f"The client '{self.name}' with object id '{self.object_id}' does not have authorization to perform "
                f"action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, "
                "please refresh your credentials."
            )
            raise Refusal(403, "AuthorizationFailed", message)


_OURS = ("microsoft.securityinsights", "microsoft.operationalinsights", "microsoft.resources")
