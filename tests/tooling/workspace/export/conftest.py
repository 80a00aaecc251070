"""What Azure would make of exported templates, as far as ours use the languages: strict readers, which share nothing
with the writers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

WORKSPACE, WORKSPACE_ID, LOCATION = "contoso", "/subscriptions/1/contoso", "westeurope"


def evaluated_arm(text: str) -> dict[str, Any]:
    """The one resource of a template in JSON, deployed to the workspace contoso."""
    template = json.loads(text)
    assert list(template) == ["$schema", "contentVersion", "metadata", "parameters", "resources"]
    assert template["parameters"] == {"workspace": {"type": "string"}}
    (resource,) = template["resources"]
    return _evaluated(resource)


def _evaluated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _evaluated(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_evaluated(each) for each in value]
    if not isinstance(value, str) or not (value.startswith("[") and value.endswith("]")):
        return value
    if value.startswith("[["):
        return value[1:]
    return _Expression(value[1:-1]).whole()


class _Expression:
    """An expression of Resource Manager: calls, texts in single quotes, which are doubled within, and members."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def whole(self) -> Any:
        value = self.value()
        assert self.at == len(self.text), f"something follows: {self.text[self.at :]}"
        return value

    def value(self) -> Any:
        if found := self.take(r"'((?:[^']|'')*)'"):
            return found[1].replace("''", "'")
        name = self.need(r"[a-zA-Z]+\(")[0][:-1]
        arguments = []
        if not self.take(r"\)"):
            arguments.append(self.value())
            while self.take(r", "):
                arguments.append(self.value())
            self.need(r"\)")
        if name == "resourceGroup":
            self.need(r"\.location")
        return call(name, arguments)

    def take(self, pattern: str) -> re.Match[str] | None:
        found = re.compile(pattern).match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found

    def need(self, pattern: str) -> re.Match[str]:
        found = self.take(pattern)
        assert found, f"{pattern} is expected at {self.text[self.at : self.at + 40]!r}"
        return found


def call(name: str, arguments: list[str]) -> Any:
    """What a function gives, of those that our templates call."""
    if name == "concat":
        return "".join(arguments)
    if name == "json":
        return json.loads(arguments[0])
    known = {
        ("parameters", "workspace"): WORKSPACE,
        ("resourceId", "Microsoft.OperationalInsights/workspaces", WORKSPACE): WORKSPACE_ID,
        ("resourceGroup",): LOCATION,
    }
    return known[(name, *arguments)]


def evaluated_bicep(text: str) -> dict[str, Any]:
    """The one resource of a template in Bicep, deployed to the workspace contoso."""
    reader = _Bicep(text)
    reader.need(r"// [^\r\n]*\nparam workspace string\n\nresource content '([^'@]+)@([^'@]+)' = ")
    kind, version = reader.last[1], reader.last[2]
    body = reader.value()
    reader.need(r"\n\Z")
    return {"type": kind, "apiVersion": version, **body}


class _Bicep(_Expression):
    """Values of Bicep. Escapes and the ends of texts are as in its lexer."""

    last: re.Match[str]

    def need(self, pattern: str) -> re.Match[str]:
        self.last = super().need(pattern)
        return self.last

    def value(self) -> Any:
        for pattern, value in ((r"true\b", True), (r"false\b", False), (r"null\b", None)):
            if self.take(pattern):
                return value
        if found := self.take(r"-?[0-9]+\b"):
            return int(found[0])
        if self.take(r"'''"):
            return self.raw()
        if self.take(r"'"):
            return self.quoted()
        if self.take(r"\{\n"):
            return self.members()
        if self.take(r"\[\n"):
            return self.items()
        if found := self.take(r"\{\}|\[\]"):
            return {} if found[0] == "{}" else []
        if self.take(r"workspace\b"):
            return WORKSPACE
        return super().value()

    def members(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.take(r" *\}"):
            self.need(r" *")
            name = self.quoted() if self.take("'") else self.need(r"[a-zA-Z_][a-zA-Z0-9_]*")[0]
            assert name not in found
            self.need(": ")
            found[name] = self.value()
            self.need(r"\n")
        return found

    def items(self) -> list[Any]:
        found = []
        while not self.take(r" *\]"):
            self.need(r" *")
            found.append(self.value())
            self.need(r"\n")
        return found

    def raw(self) -> str:
        self.take(r"\r?\n")
        body = self.need(r"(?s)(.*?)'''('*)")
        return body[1] + body[2]

    def quoted(self) -> str:
        made = []
        while not self.take("'"):
            if self.take(r"\$\{"):
                made.append(self.value())
                self.need(r"\}")
            elif found := self.take(r"\\([nrt\\'$])"):
                made.append({"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]))
            elif found := self.take(r"\\u\{([0-9a-fA-F]+)\}"):
                made.append(chr(int(found[1], 16)))
            else:
                made.append(self.need(r"[^\\'\r\n]")[0])
        return "".join(made)


@pytest.fixture(params=["arm", "bicep"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def evaluated(language: str) -> Callable[[str], dict[str, Any]]:
    return {"arm": evaluated_arm, "bicep": evaluated_bicep}[language]
