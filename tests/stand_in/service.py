"""From a request to an answer: who asks, what for, whether it may, and who answers."""

from __future__ import annotations

import json
import re

from stand_in.identity import Directory
from stand_in.logs import LogQueries, QueryRefused
from stand_in.messages import Refusal, Request, Response
from stand_in.place import Azure, LiveWorkspace, Place
from stand_in.routes import Found, find

_SIGN_IN = re.compile(r"/(?P<tenant>[^/]+)(?P<what>/v2\.0/\.well-known/openid-configuration|/oauth2/v2\.0/token)")

LOGS = "/logs"
"""Below what the query service answers; the resource manager has the rest."""


class Service:
    """The stand-in without its wires."""

    def __init__(self, azure: Azure, directory: Directory) -> None:
        self.azure, self.directory = azure, directory
        self._logs = LogQueries(azure)

    def answer(self, request: Request) -> Response:
        """The answer to a request. Raises Refusal."""
        if signing_in := _SIGN_IN.fullmatch(request.path):
            answers = self.directory.token if signing_in["what"].endswith("token") else self.directory.configuration
            return answers(request, signing_in["tenant"])
        if request.path.startswith(f"{LOGS}/"):
            try:
                request.account = self.directory.account_of(request, request.base + LOGS)
            except Refusal as refused:
                said = "The provided authentication is not valid for this resource"
                inner = {"code": refused.code, "message": refused.message}
                raise QueryRefused(401, "InvalidTokenError", said, inner) from None
            return self._logs.answer(request, request.path.removeprefix(LOGS))
        request.account = self.directory.account_of(request, request.base)
        found = find(request)
        return found.endpoint(request, self._place(request, found))

    def _place(self, request: Request, found: Found) -> Place:
        """What the path names. Raises Refusal for what does not exist, and for what the account may not do."""
        azure, names = self.azure, found.names
        if names["subscription"].lower() != azure.subscription.lower():
            message = f"The subscription '{names['subscription']}' could not be found."
            raise Refusal(404, "SubscriptionNotFound", message)
        assert request.account is not None
        request.account.require(found.action, request.path)
        group = names.get("group")
        if group is not None and group.lower() not in {each.lower() for each in azure.groups}:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
        name, parent = names.get("name"), names.get("parent")
        if found.route.scope == "subscription":
            return Place(azure, f"/subscriptions/{azure.subscription}", None, name, parent)
        assert group is not None
        spelt = next(each for each in azure.groups if each.lower() == group.lower())
        if found.route.scope == "group":
            return Place(azure, azure.group_id(spelt), None, name, parent)
        if found.route.scope == "resource":
            return Place(azure, names["resource"], None, name, parent)
        workspace = self._workspace(spelt, names["workspace"])
        if found.route.sentinel and not workspace.sentinel:
            raise self._not_onboarded(workspace)
        return Place(azure, azure.workspace_id(workspace), workspace, name, parent)

    def _workspace(self, group: str, name: str) -> LiveWorkspace:
        workspace = self.azure.workspaces.get(name.lower())
        if workspace is None or workspace.resource_group != group:
            message = (
                f"The Resource 'Microsoft.OperationalInsights/workspaces/{name}' under resource group '{group}' was "
                "not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
            )
            raise Refusal(404, "ResourceNotFound", message)
        return workspace

    def _not_onboarded(self, workspace: LiveWorkspace) -> Refusal:
        message = (
            f"Workspace '{workspace.name}' is not onboarded to Microsoft Sentinel. Please onboard through the portal "
            "(https://learn.microsoft.com/en-us/azure/sentinel/quickstart-onboard) or use the OnboardingStates ARM api "
            "to onboard to Sentinel."
        )
        if self.azure.quirks.nested_errors:
            message = json.dumps({"error": {"code": "BadRequest", "message": message}})
        return Refusal(400, "BadRequest", message)
