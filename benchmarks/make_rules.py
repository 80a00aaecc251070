"""Writes a project with many realistic analytics rules, to measure `masthead lint` on: make_rules.py FOLDER [COUNT].

The catalog, functions and watchlists are this repository's. The rules are made from patterns of public rules, in
different shapes (filters, counts over time, joins, baselines, watchlists, shared functions); the same count gives the
same rules each time.
"""

from __future__ import annotations

import random
import shutil
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).parent.parent

_KUBERNETES = ("AzureKubernetes", "AKSAudit", "rbac", "role-binding-escalation")
_SIGN_INS = ("AzureActiveDirectory", "SigninLogs", "ci-cd", "unauthorised-access")

# name, (connector, table, use case, risk), entity column, query
_PATTERNS = (
    (
        "{resource} {verb}d by an unusual account",
        _KUBERNETES,
        "Actor",
        """\
AKSAudit
| where TimeGenerated > ago({period})
| where Verb == "{verb}" and Stage == "ResponseComplete"
| where tostring(ObjectRef.resource) == "{resource}"
| where toint(ResponseStatus.code) between (200 .. 299)
| extend Actor = tostring(User.username), Groups = tostring(User.groups)
| where Actor !startswith "system:" and Groups !has "system:masters"
| extend Detail = tostring(ObjectRef.name), Where = tostring(ObjectRef.namespace)
| project TimeGenerated, Actor, Detail, Where, _ResourceId""",
    ),
    (
        "Many {resource} {verb}d in a short time",
        _KUBERNETES,
        "Actor",
        """\
let threshold = {threshold};
AKSAudit
| where TimeGenerated > ago({period})
| where Verb == "{verb}" and tostring(ObjectRef.resource) in ("{resource}", "pods/exec")
| extend Actor = tostring(User.username), Where = tostring(ObjectRef.namespace)
| summarize TimeGenerated = max(TimeGenerated), Count = count(), Names = make_set(tostring(ObjectRef.name), 100),
    arg_max(RequestReceivedTime, UserAgent, RequestUri) by Actor, Where, bin(StageReceivedTime, 5m), _ResourceId
| where Count > threshold
| extend Detail = strcat(Count, " requests, ", array_length(Names), " names")""",
    ),
    (
        "First {verb} of {resource} by an account",
        _KUBERNETES,
        "Actor",
        """\
let baseline = AKSAudit
    | where TimeGenerated between (ago({period}) .. ago(1h))
    | where Verb == "{verb}" and tostring(ObjectRef.resource) == "{resource}"
    | distinct Known = tostring(User.username);
AKSAudit
| where TimeGenerated > ago(1h)
| where Verb == "{verb}" and tostring(ObjectRef.resource) == "{resource}"
| extend Actor = tostring(User.username)
| join kind=leftanti baseline on $left.Actor == $right.Known
| project TimeGenerated, Actor, Detail = tostring(ObjectRef.name), Where = tostring(ObjectRef.namespace)""",
    ),
    (
        "{resource} {verb}d outside automation",
        _KUBERNETES,
        "Actor",
        """\
let trusted = _GetWatchlist("AutomationAccounts") | where Rights has "rbac" | project SearchKey;
AKSAudit
| where Verb in ("{verb}", "patch") and tostring(ObjectRef.resource) == "{resource}"
| extend Actor = tostring(User.username)
| where Actor !in~ (trusted)
| mv-expand Address = SourceIps to typeof(string)
| project TimeGenerated, Actor, Detail = Address, Where = tostring(ObjectRef.namespace)""",
    ),
    (
        "Sign-ins refused with code {threshold} for one account",
        _SIGN_INS,
        "UserPrincipalName",
        """\
SigninLogs
| where TimeGenerated > ago({period})
| where ResultType == "{threshold}"
| extend Country = tostring(parse_json(tostring(LocationDetails)).countryOrRegion)
| summarize TimeGenerated = max(TimeGenerated), Failures = count(), Countries = dcount(Country),
    Addresses = make_set(IPAddress, 50) by UserPrincipalName, AppDisplayName
| where Failures > {threshold} % 50 and Countries > 1
| extend Detail = strcat_array(Addresses, ", "), Where = AppDisplayName""",
    ),
    (
        "Sign-in after {threshold} refusals",
        _SIGN_INS,
        "UserPrincipalName",
        """\
let refused = SigninLogs
    | where TimeGenerated > ago({period}) and ResultType !in ("0", "50125", "50140")
    | summarize Refusals = count(), Last = max(TimeGenerated) by UserPrincipalName, IPAddress
    | where Refusals > {threshold};
SigninLogs
| where TimeGenerated > ago({period}) and ResultType == "0"
| join kind=inner refused on UserPrincipalName, IPAddress
| where TimeGenerated > Last
| project TimeGenerated, UserPrincipalName, Detail = IPAddress, Where = AppDisplayName, Refusals""",
    ),
)
_VERBS = ("create", "delete", "update")
_RESOURCES = (
    "clusterrolebindings", "rolebindings", "clusterroles", "roles", "secrets", "configmaps", "pods", "daemonsets",
    "deployments", "cronjobs", "networkpolicies", "serviceaccounts", "namespaces", "mutatingwebhookconfigurations",
)  # fmt: skip

_RULE = """\
id: {id}
name: {name}
description: |-
  {name}. Compare with what the account usually does, and with planned work.

  First, ask the owner of the account; if he knows nothing of it, take the account's rights away.
severity: {severity}
status: Available
requiredDataConnectors:
  - connectorId: {connector}
    dataTypes: [{table}]
kind: Scheduled
queryFrequency: {frequency}
queryPeriod: {period}
triggerOperator: gt
triggerThreshold: 0
tactics: [PrivilegeEscalation, Persistence]
relevantTechniques: [T1098.006]
query: |-
{query}
entityMappings:
  - entityType: Account
    fieldMappings:
      - {{identifier: FullName, columnName: {entity}}}
customDetails:
  Detail: Detail
  Where: Where
alertDetailsOverride:
  alertDisplayNameFormat: "{{{{{entity}}}}}: {{{{Detail}}}}"
eventGroupingSettings:
  aggregationKind: AlertPerResult
version: 1.0.{number}
metadata:
  risks: [{risk}]
"""


def make_rules(folder: Path, count: int) -> None:
    """Write a project with `count` rules into `folder`."""
    for name in ("catalog", "functions", "watchlists"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    (folder / "pyproject.toml").write_text("[tool.masthead]\n", encoding="utf-8")
    dice = random.Random(20261123)  # noqa: S311  nothing here is secret
    for number in range(count):
        title, (connector, table, use_case, risk), entity, query = _PATTERNS[number % len(_PATTERNS)]
        period, frequency = dice.choice((("1h", "1h"), ("1d", "1h"), ("7d", "6h"), ("14d", "1d")))
        values = {
            "verb": dice.choice(_VERBS),
            "resource": dice.choice(_RESOURCES),
            "threshold": dice.randrange(3, 60000),
            "period": period,
        }
        text = _RULE.format(
            id=uuid.UUID(int=dice.getrandbits(128), version=4),
            name=f"{title.format(**values).capitalize()} ({number})",
            severity=dice.choice(("Low", "Medium", "High")),
            connector=connector,
            table=table,
            frequency=frequency,
            period=period,
            query="\n".join(f"  {line}" for line in query.format(**values).split("\n")),
            entity=entity,
            number=number,
            risk=f"rbac/{risk}" if use_case == "rbac" else "rbac/role-binding-escalation",
        )
        path = folder / "detections" / use_case / f"rule-{number:04}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    make_rules(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
