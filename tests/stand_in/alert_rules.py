"""Microsoft.SecurityInsights/alertRules: analytics rules."""

from __future__ import annotations

from typing import Any, ClassVar

from stand_in.collection import Collection
from stand_in.messages import Refusal, Request, Response
from stand_in.normal import normalised_rule
from stand_in.place import Place
from stand_in.rule_checks import BODIES, check_together
from stand_in.shape import Check, Wrong
from stand_in.state import Resource

MOST_RULES, MOST_NRT = 512, 50
"""Enabled scheduled and NRT rules of a workspace: https://learn.microsoft.com/azure/sentinel/sentinel-service-limits"""


class AlertRules(Collection):
    """Scheduled and NRT rules can be written; those that Sentinel itself made only be switched on and off."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/alertRules"

    def checks(self, given: dict[str, Any]) -> Check:
        kind = given.get("kind")
        if kind is None:
            raise Wrong("kind", "is required")
        found = next((name for name in BODIES if str(kind).lower() == name.lower()), None)
        if found is None:
            raise Wrong("kind", f"'{kind}' is not one of {', '.join(BODIES)}")
        return BODIES[found]

    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        if current is None:
            self._refuse_resting(place)
        body = super().checked(given, place, current)
        try:
            check_together(body)
        except Wrong as wrong:
            raise self.wrong(wrong) from None
        if current is not None and current.body["kind"] != body["kind"]:
            message = f"The kind of an alert rule cannot be changed from {current.body['kind']} to {body['kind']}."
            raise Refusal(400, "BadRequest", message)
        if body["kind"] == "Fusion" and current is None:
            raise Refusal(400, "BadRequest", "A workspace has one Fusion rule, which Sentinel itself makes.")
        self._check_number(body, place, current)
        quirks, properties = place.azure.quirks, body["properties"]
        checks = quirks.checks_rule_queries and (properties["enabled"] or quirks.checks_disabled_rules)
        if checks and "query" in properties:
            place.azure.queries.check_rule(properties["query"], place)
        return body

    def prepare(self, given: dict[str, Any], place: Place) -> None:
        query = (given.get("properties") or {}).get("query")
        if isinstance(query, str) and place.azure.quirks.checks_rule_queries:
            place.azure.queries.bound(query, place.scope)

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        kept = normalised_rule({name: given[name] for name in ("kind", "properties")}, place.azure.quirks)
        kept["properties"]["lastModifiedUtc"] = f"{place.azure.clock():%Y-%m-%dT%H:%M:%S.%f}0Z"
        return kept

    def delete(self, request: Request, place: Place) -> Response:
        answer = super().delete(request, place)
        if answer.status == 200:
            state = place.azure.state
            state.resting[self.id(place, place.name or "").lower()] = state.clock()
        return answer

    def _refuse_resting(self, place: Place) -> None:
        state = place.azure.state
        deleted = state.resting.get(self.id(place, place.name or "").lower())
        if deleted is not None and state.clock() - deleted < place.azure.quirks.deleted_ids_rest:
            message = (
                f"Rule with id '{place.name}' was recently deleted. You need to allow some time before re-using the "
                "same ID. Please try again later."
            )
            raise Refusal(409, "Conflict", message)

    def _check_number(self, body: dict[str, Any], place: Place, current: Resource | None) -> None:
        if not body["properties"]["enabled"] or (current and current.body["properties"].get("enabled")):
            return
        kind = body["kind"]
        most = {"Scheduled": MOST_RULES, "NRT": MOST_NRT}.get(kind)
        there = sum(
            1
            for each in place.azure.state.all(self.scope(place), self.type)
            if each.body["kind"] == kind and each.body["properties"]["enabled"]
        )
        if most is not None and there >= most:
            message = f"The maximum number of {kind} analytics rules ({most}) has already been reached in workspace."
            raise Refusal(400, "BadRequest", message)
