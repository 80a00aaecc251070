"""Templates in ARM's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from masthead.workspace.export.template import PARAMETER, Reference, Template

SUFFIX = ".json"

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_WORKSPACE = f"parameters('{PARAMETER}')"
_WORKSPACE_ID = f"resourceId('Microsoft.OperationalInsights/workspaces', {_WORKSPACE})"


def arm_text(template: Template) -> str:
    """The template as a file: the same template, the same bytes."""
    made = {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "metadata": {"description": template.comment},
        "parameters": {PARAMETER: {"type": "string"}},
        "resources": [_resource(template)],
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _resource(template: Template) -> dict[str, Any]:
    kind = template.type
    beside = kind.infix is None
    made: dict[str, Any] = {
        "type": kind.name,
        "apiVersion": kind.version,
        "name": template.id if beside else f"[concat({_WORKSPACE}, {_quoted(f'{kind.infix}{template.id}')})]",
    }
    if beside:
        made["location"] = "[resourceGroup().location]"
    if kind.overwrites:
        made["etag"] = "*"
    return made | {name: _value(each) for name, each in template.body.items()}


def _value(said: Any) -> Any:
    if isinstance(said, Reference):
        return f"[concat({_WORKSPACE_ID}, {_quoted(said.rest)})]" if said.rest else f"[{_WORKSPACE_ID}]"
    if isinstance(said, Mapping):
        return {name: _value(each) for name, each in said.items()}
    if isinstance(said, list):
        return [_value(each) for each in said]
    return literal(said) if isinstance(said, str) else said


def literal(text: str) -> str:
    """A text that Resource Manager would take for an expression, kept from being one.

    https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters
    """
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text


def _quoted(text: str) -> str:
    """A text within an expression."""
    return "'" + text.replace("'", "''") + "'"
