"""`masthead export`: what it prints, that it writes the same again, and what it refuses without writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.cli.export import command
from masthead.content.finding import ContentError
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.export.language import Language

FUNCTION = """\
id: 7143650f-82bc-4bce-9450-fb176369cbff
name: Recent rows
version: 1.0.0
description: What came in lately.
functionAlias: Recent
query: AKSAudit
"""

WATCHLIST = """\
id: 6b7bca90-7f53-44d1-a747-fb1768275454
watchlistAlias: Networks
displayName: Networks
description: Networks that are ours.
itemsSearchKey: Network
version: 1.0.0
columns: [{name: Network, description: The network}]
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "pyproject.toml": "[tool.masthead]\n",
        "functions/recent.yaml": FUNCTION,
        "watchlists/networks.yaml": WATCHLIST,
        "watchlists/networks.csv": "Network\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exported(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("build/**/*") if path.is_file()}


def test_templates_are_written_once_and_then_left_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(Language.ARM, check=True) == 1
    assert exported(root) == {}
    assert command(Language.ARM) == 0
    before = exported(root)
    assert command(Language.ARM, check=True) == 0
    assert command(Language.ARM) == 0
    assert exported(root) == before
    left_out = "watchlists/networks.yaml: left out: Sentinel's repositories take no watchlists"
    assert capsys.readouterr().out.splitlines() == [
        "build/arm/functions/recent.json: would be written",
        "build/arm/sentinel-deployment.config: would be written",
        left_out,
        "2 files: 2 would be written, 0 would be removed",
        "build/arm/functions/recent.json: written",
        "build/arm/sentinel-deployment.config: written",
        left_out,
        "2 files: 2 written, 0 removed",
        left_out,
        "2 files: 0 would be written, 0 would be removed",
        left_out,
        "2 files: 0 written, 0 removed",
    ]


def test_the_template_of_content_that_is_gone_goes_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command(Language.BICEP, out=root / "build")
    (root / "functions/recent.yaml").unlink()
    assert command(Language.BICEP, out=root / "build", check=True) == 1
    assert command(Language.BICEP, out=root / "build") == 0
    assert list(exported(root)) == ["build/sentinel-deployment.config"]
    assert f"{(root / 'build/functions/recent.bicep').as_posix()}: removed" in capsys.readouterr().out.splitlines()


def test_a_workspace_that_does_not_exist_is_a_mistake(root: Path) -> None:
    with pytest.raises(WorkspaceError, match='there is no workspace "prod"'):
        command(Language.ARM, workspace="prod")
    assert exported(root) == {}


def test_content_that_cannot_be_used_is_told_and_nothing_is_written(root: Path) -> None:
    (root / "functions/recent.yaml").write_text("id: 1\n", encoding="utf-8")
    with pytest.raises(ContentError):
        command(Language.ARM)
    assert exported(root) == {}
