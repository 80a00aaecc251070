"""What GitHub reads: workflows, templates and Dependabot's settings, checked offline."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
SCHEMAS = [
    *((path, "vendor.github-workflows") for path in WORKFLOWS),
    *((path, "vendor.github-issue-forms") for path in FORMS),
    (ROOT / ".github/ISSUE_TEMPLATE/config.yml", "vendor.github-issue-config"),
    (ROOT / ".github/dependabot.yml", "vendor.dependabot"),
]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("path", "schema"), SCHEMAS, ids=lambda each: getattr(each, "name", ""))
def test_github_will_accept(path, schema):
    result = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path))
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_workflow_auditor_finds_nothing():
    zizmor = Path(sys.executable).with_name("zizmor")
    result = run(str(zizmor), "--offline", "--no-config", "--persona", "auditor", ".github")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_say_which_version_that_is(path):
    uses = re.findall(r"uses: *(.+)", path.read_text(encoding="utf-8"))
    assert uses
    unpinned = [each for each in uses if not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)]
    assert unpinned == []


def test_the_pull_request_workflow_is_given_nothing_to_steal():
    text = (ROOT / ".github/workflows/pull-request.yml").read_text(encoding="utf-8")
    assert "\npermissions: {}\n" in text
    assert "secrets." not in text
    assert set(re.findall(r"^ +(\w+): (?:read|write)\b", text, re.MULTILINE)) == {"contents"}
    assert ": write" not in text
