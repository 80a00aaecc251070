"""The hooks for pre-commit: ours, and those we offer to other repositories."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pre_commit.clientlib import load_config, load_manifest

from masthead.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
OFFERED = load_manifest(ROOT / ".pre-commit-hooks.yaml")
OURS = [hook for repository in load_config(ROOT / ".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]


def test_the_hooks_are_those_that_the_documentation_names():
    assert [hook["id"] for hook in OFFERED] == ["masthead-lint", "masthead-format"]
    assert [hook["id"] for hook in OURS] == ["ruff-check", "ruff-format", "masthead-format", "masthead-lint"]


@pytest.mark.parametrize("hook", [*OFFERED, *OURS], ids=lambda hook: f"{hook['language']}-{hook['id']}")
def test_a_hook_runs_a_command_that_exists(hook):
    program, command, *_ = hook["entry"].removeprefix(".venv/bin/").split()
    assert (program == "masthead" and command in COMMANDS) or (program == "ruff" and command in ("check", "format"))


@pytest.mark.parametrize(
    "hook", [each for each in [*OFFERED, *OURS] if "masthead" in each["entry"]], ids=lambda each: each["id"]
)
@pytest.mark.parametrize(
    ("path", "is_content"),
    [
        ("detections/rbac/cluster-admin-granted.yaml", True),
        ("hunting/rbac/roles.yml", True),
        ("tooling/masthead/content/model.py", False),
        (".github/workflows/pull-request.yml", False),
    ],
)
def test_a_hook_of_masthead_is_for_content_only(hook, path, is_content):
    assert bool(re.search(hook["files"], path)) is is_content


def test_the_configuration_is_plain_yaml():
    assert isinstance(yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")), dict)
