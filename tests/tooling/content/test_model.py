"""Rules, hunting queries, functions and cases as typed objects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from masthead.content.cases import CaseFile, Clock
from masthead.content.catalog import Connector, LogSource, Table, read_use_cases
from masthead.content.connecting import ConnectorResource, DiagnosticSetting, Solution, Step
from masthead.content.document import parse_document
from masthead.content.finding import ContentError
from masthead.content.functions import Function, Parameter
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import (
    AlertDetailsOverride,
    Content,
    Detection,
    EntityMapping,
    FieldMapping,
    Grouping,
    HuntingQuery,
    IncidentConfiguration,
    RequiredConnector,
)

RULE = """\
id: 1b2c3d4e-0000-4000-8000-000000000001
name: Cluster role bound
description: Finds bindings.
severity: High
kind: Scheduled
status: Available
enabled: false
requiredDataConnectors:
  - {connectorId: AzureKubernetes, dataTypes: [AKSAudit, AKSAuditAdmin]}
queryFrequency: 1h
queryPeriod: P1D
triggerOperator: GreaterThan
triggerThreshold: 3
tactics: [Persistence]
relevantTechniques: [T1098.003]
query: |
  AKSAudit
  | take 1
entityMappings:
  - entityType: Account
    fieldMappings: [{identifier: Name, columnName: Actor}]
customDetails: {Role: RoleName}
alertDetailsOverride:
  alertDisplayNameFormat: '{{Actor}} bound {{RoleName}}'
  alertDynamicProperties: [{alertProperty: AlertLink, value: Link}]
eventGroupingSettings: {aggregationKind: AlertPerResult}
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: 5h
    matchingMethod: Selected
    groupByEntities: [Account]
    groupByCustomDetails: [Role]
suppressionEnabled: true
suppressionDuration: PT5H
tags: [aks]
metadata: {risks: [role-binding-escalation, audit-logging/audit-anomalies]}
version: 1.0.0
"""


def fields(content: object) -> dict[str, Any]:
    names = [name for part in type(content).__mro__ for name in getattr(part, "__slots__", ())]
    return {name: getattr(content, name) for name in names if name not in ("document", "file")}


def test_a_scheduled_rule_with_everything() -> None:
    file = ContentFile("detections/rbac/cluster-role-bound.yaml", Kind.DETECTION)
    rule = Detection.read(parse_document(RULE, file.path), file)
    assert (rule.path, rule.slug, rule.use_case) == (file.path, "cluster-role-bound", "rbac")
    assert fields(rule) == {
        "id": "1b2c3d4e-0000-4000-8000-000000000001",
        "name": "Cluster role bound",
        "description": "Finds bindings.",
        "severity": "High",
        "kind": "Scheduled",
        "status": "Available",
        "enabled": False,
        "required_data_connectors": (RequiredConnector("AzureKubernetes", ("AKSAudit", "AKSAuditAdmin")),),
        "query_frequency": timedelta(hours=1),
        "query_period": timedelta(days=1),
        "trigger_operator": "gt",
        "trigger_threshold": 3,
        "tactics": ("Persistence",),
        "relevant_techniques": ("T1098.003",),
        "query": "AKSAudit\n| take 1\n",
        "entity_mappings": (EntityMapping("Account", (FieldMapping("Name", "Actor"),)),),
        "custom_details": {"Role": "RoleName"},
        "alert_details_override": AlertDetailsOverride(
            "{{Actor}} bound {{RoleName}}", None, None, None, {"AlertLink": "Link"}
        ),
        "event_grouping": "AlertPerResult",
        "incident_configuration": IncidentConfiguration(
            True, Grouping(True, False, timedelta(hours=5), "Selected", ("Account",), (), ("Role",))
        ),
        "suppression_enabled": True,
        "suppression_duration": timedelta(hours=5),
        "tags": ("aks",),
        "metadata": {"risks": ["role-binding-escalation", "audit-logging/audit-anomalies"]},
        "version": "1.0.0",
    }
    assert not rule.is_nrt
    assert rule.risk_addresses == (("rbac", "role-binding-escalation"), ("audit-logging", "audit-anomalies"))
    assert str(rule.document.position_in(("query",), rule.query.index("take"))) == "18:5"


def test_a_near_real_time_rule_has_no_schedule_and_the_defaults() -> None:
    text = "id: 1b2c3d4e-0000-4000-8000-000000000001\nname: n\ndescription: d\nseverity: Low\nkind: NRT\nquery: T\n"
    file = ContentFile("elsewhere/rule.yaml", Kind.DETECTION)
    rule = Detection.read(parse_document(text + "tactics:\ncustomDetails:\nversion: 1.0.0\n", file.path), file)
    assert rule.is_nrt
    assert rule.use_case is None
    nothing = {name: value for name, value in fields(rule).items() if not value}
    assert nothing == {
        **dict.fromkeys(("tactics", "relevant_techniques", "required_data_connectors"), ()),
        **dict.fromkeys(("entity_mappings", "tags"), ()),
        **{name: {} for name in ("custom_details", "metadata")},
        **dict.fromkeys(("query_frequency", "query_period", "trigger_operator", "trigger_threshold")),
        **dict.fromkeys(("status", "alert_details_override", "incident_configuration")),
        "suppression_enabled": False,
        "suppression_duration": None,
    }
    assert (rule.enabled, rule.event_grouping) == (True, "SingleAlert")


def test_a_rule_that_its_schema_refuses_is_no_object() -> None:
    file = ContentFile("detections/rbac/a.yaml", Kind.DETECTION)
    broken = RULE.replace("severity: High", "severity: Hihg").replace("triggerThreshold: 3", "triggerThreshold: x")
    with pytest.raises(ContentError) as caught:
        Detection.read(parse_document(broken, file.path), file)
    assert [str(each) for each in caught.value.findings] == [
        'detections/rbac/a.yaml:4:11: MH008 severity cannot be "Hihg"',
        "detections/rbac/a.yaml:13:19: MH008 triggerThreshold must be a whole number, not text",
    ]


def test_a_hunting_query() -> None:
    text = "id: 1b2c3d4e-0000-4000-8000-000000000002\nname: Bindings\ndescription: Lists.\nquery: AKSAudit\n"
    file = ContentFile("hunting/rbac/bindings.yaml", Kind.HUNTING_QUERY)
    query = HuntingQuery.read(parse_document(text, file.path), file)
    assert {name: value for name, value in fields(query).items() if value} == {
        "id": "1b2c3d4e-0000-4000-8000-000000000002",
        "name": "Bindings",
        "description": "Lists.",
        "query": "AKSAudit",
    }
    assert query.use_case == "rbac"


def test_a_function() -> None:
    text = (
        "id: 1b2c3d4e-0000-4000-8000-000000000003\nname: Audit\nversion: 1.0.0\ndescription: Both.\n"
        "functionAlias: KubernetesAudit\nfunctionParameters: [{name: since, type: timespan, default: 1d}, "
        "{name: who, type: string}]\nquery: union AKSAudit, AKSAuditAdmin\n"
    )
    file = ContentFile("functions/kubernetes-audit.yaml", Kind.FUNCTION)
    assert fields(Function.read(parse_document(text, file.path), file)) == {
        "id": "1b2c3d4e-0000-4000-8000-000000000003",
        "name": "Audit",
        "version": "1.0.0",
        "description": "Both.",
        "alias": "KubernetesAudit",
        "parameters": (Parameter("since", "timespan", "1d"), Parameter("who", "string", None)),
        "query": "union AKSAudit, AKSAuditAdmin",
    }


def test_cases() -> None:
    text = """\
cases:
  - name: it happens
    logs: [kubernetes/wildcard-role, kubernetes/working-day]
    given: AKSAudit | take 1
    clock: {from: 2026-01-01T00:00:00+02:00, to: 2026-01-02T00:00:00, ingestionDelay: 5m}
    settings: {seed: 1}
    expect: {alerts: []}
  - name: two tables
    logs: []
    given:
      - AKSAudit | take 1
      - |
        AKSAuditAdmin
        | take 1
    expect: {rows: [{A: 1}]}
"""
    file = ContentFile("tests/detections/rbac/bound.yaml", Kind.DETECTION_CASES)
    cases = CaseFile.read(parse_document(text, file.path), file)
    first, second = cases.cases
    assert cases.content_path == "detections/rbac/bound.yaml"
    assert fields(first) == {
        "name": "it happens",
        "logs": ("kubernetes/wildcard-role", "kubernetes/working-day"),
        "given": ("AKSAudit | take 1",),
        "expect": {"alerts": []},
        "clock": Clock(datetime(2025, 12, 31, 22, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), timedelta(minutes=5)),
        "fixtures": {},
        "parameters": {},
        "settings": {"seed": 1},
        "at": ("cases", 0),
    }
    assert fields(second) == {
        "name": "two tables",
        "logs": (),
        "given": ("AKSAudit | take 1", "AKSAuditAdmin\n| take 1\n"),
        "expect": {"rows": [{"A": 1}]},
        "clock": Clock(),
        "fixtures": {},
        "parameters": {},
        "settings": {},
        "at": ("cases", 1),
    }
    assert [str(each.span) for each in cases.cases] == ["2:5", "8:5"]
    assert str(first.document.position_in(first.given_path(0), 11)) == "4:23"
    assert str(second.document.position_in(second.given_path(1), 16)) == "14:11"


def test_the_catalog() -> None:
    use_cases = """\
use_cases:
  - slug: rbac
    title: RBAC
    description: Who may do what.
    logSources: [aks-diagnostics]
    risks: {policy-changes: roles change}
"""
    (use_case,) = read_use_cases(parse_document(use_cases, "catalog/use-cases.yaml"))
    assert fields(use_case) == {
        "slug": "rbac",
        "title": "RBAC",
        "description": "Who may do what.",
        "log_sources": ("aks-diagnostics",),
        "also_useful": (),
        "not_shown": {},
        "risks": {"policy-changes": "roles change"},
        "at": ("use_cases", 0),
    }
    source = """\
slug: aks-diagnostics
title: AKS
description: Control plane logs.
connectors:
  - id: AzureKubernetes
    title: AKS
    status: current
    kind: StaticUI
    dataTypes: [AzureDiagnostics]
    solution: {name: Azure Kubernetes, id: solution-of-kubernetes}
    resource: {kind: StaticUI}
  - {title: Diagnostic settings}
tables: [AKSAudit]
freshness: 1h
freshnessOf: {AKSAudit: 2h}
rowsOf: {AKSAudit: Stage == "ResponseComplete"}
delay: 10m
diagnosticSetting: {of: Microsoft.ContainerService/managedClusters, categories: {AKSAudit: kube-audit}}
connect: [{do: Wait., run: sleep 60, tables: [AKSAudit]}, {do: Look.}]
check: {query: AKSAudit | take 1}
notes: Costly.
"""
    assert fields(read(LogSource, "catalog/sources/aks-diagnostics.yaml", Kind.LOG_SOURCE, source)) == {
        "title": "AKS",
        "description": "Control plane logs.",
        "connectors": (
            Connector(
                "AzureKubernetes",
                "AKS",
                "current",
                "StaticUI",
                ("AzureDiagnostics",),
                Solution("Azure Kubernetes", "solution-of-kubernetes"),
                ConnectorResource("StaticUI", None),
            ),
            Connector(None, "Diagnostic settings", None, None, ()),
        ),
        "tables": ("AKSAudit",),
        "freshness": timedelta(hours=1),
        "freshness_of": {"AKSAudit": timedelta(hours=2)},
        "rows_of": {"AKSAudit": 'Stage == "ResponseComplete"'},
        "delay": timedelta(minutes=10),
        "diagnostic_setting": DiagnosticSetting(
            "Microsoft.ContainerService/managedClusters", {"AKSAudit": ("kube-audit",)}
        ),
        "connect": (Step("Wait.", "sleep 60", ("AKSAudit",)), Step("Look.", None, ())),
        "check": {"query": "AKSAudit | take 1"},
        "notes": ("Costly.",),
    }
    table = """\
name: AKSAudit
description: Requests to the API server.
sources: [aks-diagnostics]
columns:
  TimeGenerated: datetime
  User: {type: dynamic, description: Who asked.}
notes: [One., Two.]
"""
    assert fields(read(Table, "catalog/tables/AKSAudit.yaml", Kind.TABLE, table)) == {
        "name": "AKSAudit",
        "description": "Requests to the API server.",
        "sources": ("aks-diagnostics",),
        "columns": {"TimeGenerated": "datetime", "User": "dynamic"},
        "column_descriptions": {"User": "Who asked."},
        "notes": ("One.", "Two."),
    }


def read(model: type[LogSource] | type[Table], path: str, kind: Kind, text: str) -> Content:
    return model.read(parse_document(text, path), ContentFile(path, kind))
