"""Microsoft.SecurityInsights/automationRules: what happens to incidents by themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from stand_in.collection import Collection, body_of
from stand_in.messages import Refusal
from stand_in.place import Place
from stand_in.rule_checks import SEVERITY
from stand_in.shape import Check, Fields, Wrong, boolean, integer, list_of, moment, one_of, text, words
from stand_in.state import Resource

MOST = 512

_OPERATORS = one_of(*words("Equals NotEquals Contains NotContains StartsWith NotStartsWith EndsWith NotEndsWith"))
_PROPERTIES = one_of(
    *words(
        "IncidentTitle IncidentDescription IncidentSeverity IncidentStatus IncidentRelatedAnalyticRuleIds "
        "IncidentTactics IncidentLabel IncidentProviderName IncidentUpdatedBySource IncidentCustomDetailsKey "
        "IncidentCustomDetailsValue AccountAadTenantId AccountAadUserId AccountName AccountNTDomain AccountPUID "
        "AccountSid AccountObjectGuid AccountUPNSuffix AlertProductNames AlertAnalyticRuleIds AzureResourceResourceId "
        "AzureResourceSubscriptionId CloudApplicationAppId CloudApplicationAppName DNSDomainName FileDirectory "
        "FileName FileHashValue HostAzureID HostName HostNetBiosName HostNTDomain HostOSVersion IPAddress "
        "MailboxDisplayName MailboxPrimaryAddress MailboxUPN MalwareCategory MalwareName ProcessCommandLine ProcessId "
        "RegistryKey RegistryValueData Url"
    )
)


def _by_kind(field: str, kinds: dict[str, Fields]) -> Check:
    """An object whose `field` says which of these it is."""
    kind_of = one_of(*kinds)

    def check(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict) or value.get(field) is None:
            raise Wrong(f"{where}.{field}", "is required")
        return kinds[kind_of(value[field], f"{where}.{field}")](value, where)

    return check


def _inner(value: Any, where: str) -> Any:
    return CONDITION(value, where)


CONDITION = _by_kind(
    "conditionType",
    {
        name: Fields({"conditionType": one_of(name), "conditionProperties": properties})
        for name, properties in {
            "Property": Fields(
                {"propertyName": _PROPERTIES, "operator": _OPERATORS, "propertyValues": list_of(text(), least=1)}
            ),
            "PropertyArray": Fields(
                {
                    "arrayType": one_of("CustomDetails", "CustomDetailValues", "IncidentLabels"),
                    "arrayConditionType": one_of("AnyItem", "AllItems"),
                    "itemConditions": list_of(_inner, least=1),
                }
            ),
            "PropertyChanged": Fields(
                {"propertyName": one_of("IncidentSeverity", "IncidentStatus", "IncidentOwner")},
                {
                    "changeType": one_of("ChangedFrom", "ChangedTo"),
                    "operator": _OPERATORS,
                    "propertyValues": list_of(text(), least=1),
                },
            ),
            "PropertyArrayChanged": Fields(
                {"arrayType": one_of("Alerts", "Labels", "Tactics", "Comments"), "changeType": one_of("Added")}
            ),
            "Boolean": Fields({"operator": one_of("And", "Or"), "innerConditions": list_of(_inner, least=2)}),
        }.items()
    },
)

_ACTION = _by_kind(
    "actionType",
    {
        name: Fields({"actionType": one_of(name), "order": integer(1, 1000), "actionConfiguration": configuration})
        for name, configuration in {
            "ModifyProperties": Fields(
                {},
                {
                    "severity": SEVERITY,
                    "status": one_of("New", "Active", "Closed"),
                    "classification": one_of("Undetermined", "TruePositive", "BenignPositive", "FalsePositive"),
                    "classificationReason": one_of(
                        "SuspiciousActivity", "SuspiciousButExpected", "IncorrectAlertLogic", "InaccurateData"
                    ),
                    "classificationComment": text(),
                    "labels": list_of(Fields({"labelName": text(least=1)}, {}, ("labelType",))),
                    "owner": Fields(
                        {},
                        {
                            "objectId": text(36, least=36),
                            "email": text(),
                            "assignedTo": text(),
                            "userPrincipalName": text(),
                            "ownerType": one_of("Unknown", "User", "Group"),
                        },
                    ),
                },
            ),
            "RunPlaybook": Fields({"logicAppResourceId": text(least=1)}, {"tenantId": text(36, least=36)}),
            "AddIncidentTask": Fields({"title": text(150, least=1)}, {"description": text(3_000)}),
        }.items()
    },
)

_PERSON = ("objectId", "email", "name", "userPrincipalName")


class AutomationRules(Collection):
    """Automation rules. An order may be given twice, as in the real service.

    A deletion is answered without a body, like all. The SDK (2.0.0b4) wants to read one here, and raises a
    JSONDecodeError although the rule is gone; whether the real service sends one is not documented.
    """

    type: ClassVar[str] = "Microsoft.SecurityInsights/automationRules"
    body: ClassVar[Check] = body_of(
        Fields(
            {
                "displayName": text(500, least=1),
                "order": integer(1, 1000),
                "triggeringLogic": Fields(
                    {
                        "isEnabled": boolean,
                        "triggersOn": one_of("Incidents", "Alerts"),
                        "triggersWhen": one_of("Created", "Updated"),
                    },
                    {"expirationTimeUtc": moment, "conditions": list_of(CONDITION, most=50)},
                ),
                "actions": list_of(_ACTION, least=1, most=20),
            },
            {},
            ("createdBy", "createdTimeUtc", "lastModifiedBy", "lastModifiedTimeUtc"),
        )
    )

    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        if current is None and len(place.azure.state.all(self.scope(place), self.type)) >= MOST:
            raise Refusal(400, "BadRequest", f"The maximum number of automation rules ({MOST}) has been reached.")
        return super().checked(given, place, current)

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        kept = {"properties": given["properties"]}
        if place.azure.quirks.fills_in_defaults:
            kept["properties"]["triggeringLogic"].setdefault("conditions", [])
        return kept

    def shown(self, resource: Resource, place: Place) -> dict[str, Any]:
        shown = super().shown(resource, place)
        who = [dict.fromkeys(_PERSON) | {"name": name} for name in (resource.created_by, resource.by)]
        shown["properties"] |= {
            "createdTimeUtc": f"{resource.created_at:%Y-%m-%dT%H:%M:%SZ}",
            "createdBy": who[0],
            "lastModifiedTimeUtc": f"{resource.at:%Y-%m-%dT%H:%M:%SZ}",
            "lastModifiedBy": who[1],
        }
        return shown
