"""Builds the small projects that lint is tried on."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from masthead.content.finding import Finding
from masthead.content.project import Project
from masthead.lint.revision import Revision
from masthead.lint.run import Result, lint
from masthead.lint.settings import read_settings

BASE = Path(__file__).parent / "project"

RULE = """\
id: 11111111-1111-4111-8111-111111111111
name: Cluster-admin granted
description: Somebody is bound to cluster-admin.
severity: High
kind: Scheduled
requiredDataConnectors:
  - connectorId: AzureKubernetes
    dataTypes: [AKSAudit]
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [PrivilegeEscalation]
relevantTechniques: [T1098.006]
query: AKSAudit | where Verb == "create" | project TimeGenerated, Actor = tostring(User.username), _ResourceId
entityMappings:
  - entityType: Account
    fieldMappings:
      - {identifier: FullName, columnName: Actor}
version: 1.0.0
metadata:
  risks: [role-binding-escalation]
"""
HUNTING = """\
id: 22222222-2222-4222-8222-222222222222
name: Who binds roles
description: Everybody who binds roles.
requiredDataConnectors:
  - connectorId: AzureKubernetes
    dataTypes: [AKSAudit]
tactics: [PrivilegeEscalation]
relevantTechniques: [T1098.006]
query: AKSAudit | where TimeGenerated > ago(7d) and Verb == "create"
version: 1.0.0
metadata:
  risks: [role-binding-escalation]
"""
FUNCTION = """\
id: 33333333-3333-4333-8333-333333333333
name: Reads of the API server
version: 1.0.0
description: What was read.
functionAlias: KubernetesReads
query: AKSAudit | where Verb in ("get", "list", "watch")
"""
WORKBOOK = """\
id: 44444444-4444-4444-8444-444444444444
name: Writes
description: What was written.
version: 1.0.0
metadata: {risks: [role-binding-escalation]}
parameters:
  - {name: TimeRange, type: time, default: 1d}
items:
  - query: AKSAudit | summarize Count = count() by Verb
    name: by-verb
"""
AUTOMATION = """\
id: 55555555-5555-4555-8555-555555555555
displayName: Label what is about rights
description: So that the queue can be filtered.
order: 10
version: 1.0.0
triggeringLogic:
  isEnabled: true
  triggersOn: Incidents
  triggersWhen: Created
  conditions: []
actions:
  - order: 1
    actionType: ModifyProperties
    actionConfiguration: {labels: [{labelName: rbac}]}
"""
WORKSPACES = """\
workspaces:
  production:
    subscription: 11111111-1111-4111-8111-111111111111
    resourceGroup: rg-security
    workspace: law-security
    groups: [live]
groups:
  live: {}
"""
CASES = """\
cases:
  - name: a user binds himself
    logs: [kubernetes/quiet]
    expect: {alerts: [{severity: High}]}
"""
TEMPLATES = {
    "rule": ("detections/rbac/rule.yaml", RULE),
    "hunting": ("hunting/rbac/hunt.yaml", HUNTING),
    "function": ("functions/reads.yaml", FUNCTION),
    "workbook": ("workbooks/rbac/writes.yaml", WORKBOOK),
    "automation": ("automation/label.yaml", AUTOMATION),
    "workspaces": ("workspaces.yaml", WORKSPACES),
    "cases": ("tests/detections/rbac/rule.yaml", CASES),
}
"""What a snippet may be of: the file that it becomes, and what the file has where the snippet says nothing."""

_TOP_KEY = re.compile(r"^([A-Za-z]\w*):", re.MULTILINE)


def completed(snippet: str, template: str) -> str:
    """`snippet`, then the parts of `template` whose keys it does not have: so the lines of the snippet are those of
    the file. A key whose snippet says `~~` is left out."""
    keys = set(_TOP_KEY.findall(snippet))
    parts = re.split(r"^(?=[A-Za-z])", template, flags=re.MULTILINE)
    rest = "".join(part for part in parts if part and _TOP_KEY.match(part)[1] not in keys)  # type: ignore[index]
    return re.sub(r"^\w+: ~~\n", "", snippet, flags=re.MULTILINE) + rest


def files_of(snippets: dict[str, Any]) -> dict[str, str]:
    """The files that a case describes: a completed snippet for each of TEMPLATES, and `files` as they are."""
    files = {}
    for name, (path, template) in TEMPLATES.items():
        if name in snippets:
            files[path] = completed(snippets[name], template)
    return files | snippets.get("files", {})


def build(root: Path, files: dict[str, str]) -> Path:
    """A project at `root`: the base, and `files` (path → text)."""
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    return root


def commit(root: Path) -> None:
    """Make the folder a git repository and commit what it holds."""
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "before"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)


def run(root: Path, select: Iterable[str] = (), since: str | None = None, **options: Any) -> Result:
    """Lint over the whole project at `root`."""
    project = Project.load(root)
    settings = read_settings(project.settings.get("lint", {}), tuple(select))
    revision = Revision(root, since) if since else None
    return lint(project, project.files, settings, since=revision, **{"use_cache": False, **options})


def places(findings: Iterable[Finding]) -> list[str]:
    """Each finding as "path:line:column: severity CODE message"."""
    return [
        f"{each.path}{f':{each.span.start}' if each.span else ''}: {each.severity} {each.code} {each.message}"
        for each in findings
    ]


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Makes a project of snippets (rule=…, hunting=…, function=…, cases=…, files={…})."""
    return lambda **snippets: build(tmp_path / "project", files_of(snippets))


@pytest.fixture
def run_lint() -> Callable[..., Result]:
    """`run`, for tests, which cannot import this module by name."""
    return run


@pytest.fixture
def places_of() -> Callable[[Iterable[Finding]], list[str]]:
    """`places`, likewise."""
    return places


@pytest.fixture
def lint_case(tmp_path: Path) -> Callable[[dict[str, Any], str], Result]:
    """Runs the check `slug` over the project that a case describes; `before`: the files of a commit to compare with."""

    def run_case(case: dict[str, Any], slug: str) -> Result:
        root = tmp_path / "project"
        if "before" in case:
            commit(build(root, files_of(case["before"])))
        files = files_of(case)
        if "copies" in case:
            path = next(iter(files))
            stem, text = path.removesuffix(".yaml"), files.pop(path)
            files |= {f"{stem}-{number:03}.yaml": text for number in range(case["copies"])}
        build(root, files)
        return run(root, case.get("select", [slug]), "HEAD" if "before" in case else None)

    return run_case
