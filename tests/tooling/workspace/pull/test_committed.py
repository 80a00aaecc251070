"""Files that git could not give back are known."""

from __future__ import annotations

import subprocess
from pathlib import Path

from masthead.workspace.pull.committed import uncommitted

PATHS = ["a.yaml", "é b.yaml", "changed.yaml", "staged.yaml", "new/new.yaml", "ignored.yaml", "gone.yaml"]


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=a", "-c", "user.email=a@contoso.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *settings, *arguments], check=True, capture_output=True)


def written(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"{path}\n", encoding="utf-8")


def test_what_is_changed_new_or_ignored_is_not_committed(tmp_path: Path) -> None:
    git(tmp_path, "init")
    root = tmp_path / "project"  # not the top of the repository
    written(root, "a.yaml", "é b.yaml", "changed.yaml", "staged.yaml")
    (root / ".gitignore").write_text("ignored.yaml\n", encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    (root / "changed.yaml").write_text("other\n", encoding="utf-8")
    (root / "staged.yaml").write_text("other\n", encoding="utf-8")
    git(tmp_path, "add", "project/staged.yaml")
    written(root, "new/new.yaml", "ignored.yaml")
    assert uncommitted(root, PATHS) == ("changed.yaml", "staged.yaml", "new/new.yaml", "ignored.yaml")


def test_without_a_repository_nothing_is_committed(tmp_path: Path) -> None:
    written(tmp_path, "a.yaml")
    assert uncommitted(tmp_path, PATHS) == ("a.yaml",)


def test_what_is_not_there_cannot_be_lost(tmp_path: Path) -> None:
    assert uncommitted(tmp_path, PATHS) == ()
