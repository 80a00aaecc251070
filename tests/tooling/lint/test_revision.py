"""Comparing with a git revision."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.finding import ContentError
from masthead.lint.revision import Revision


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(make_project: Callable[..., Path]) -> Path:
    # The project lies in a folder of the repository, and a path has a character that git likes to quote.
    root = make_project(rule="", hunting="", files={"detections/rbac/zugriff-ö.yaml": "id: a\nversion: 1.0.0\n"})
    git(root.parent, "init", "-q")
    git(root.parent, "add", "-A")
    git(root.parent, "commit", "-q", "-m", "before")
    return root


def test_changed_and_renamed_files_are_told_with_their_paths_then_and_now(root: Path) -> None:
    (root / "detections/rbac/rule.yaml").rename(root / "detections/rbac/renamed.yaml")
    (root / "detections/rbac/zugriff-ö.yaml").write_text("id: b\nversion: 1.0.0\n", encoding="utf-8")
    (root / "hunting/rbac/hunt.yaml").unlink()
    (root / "hunting/rbac/new.yaml").write_text("id: c\n", encoding="utf-8")
    git(root, "add", "-A")
    revision = Revision(root, "HEAD")
    assert sorted(revision.changed()) == [
        ("detections/rbac/rule.yaml", "detections/rbac/renamed.yaml"),
        ("detections/rbac/zugriff-ö.yaml", "detections/rbac/zugriff-ö.yaml"),
    ]
    document = revision.document("detections/rbac/zugriff-ö.yaml")
    assert document is not None
    assert document.data == {"id": "a", "version": "1.0.0"}


@pytest.mark.parametrize("path", ["detections/rbac/none.yaml", "watchlists/approved-registries.csv"])
def test_what_could_not_be_read_then_is_not_compared(path: str, root: Path) -> None:
    (root / "watchlists/approved-registries.csv").write_text("a: [", encoding="utf-8")
    git(root, "commit", "-q", "-a", "-m", "broken")
    assert Revision(root, "HEAD").document(path) is None


@pytest.mark.parametrize("name", ["nowhere", "--output=/tmp/x", "", "HEAD:detections"])
def test_a_revision_that_does_not_exist_is_refused(name: str, root: Path) -> None:
    with pytest.raises(ContentError) as raised:
        Revision(root, name)
    (found,) = raised.value.findings
    assert (found.code, found.path, found.message) == ("MH019", "--since", f'git has no revision "{name}" here')


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        Revision(tmp_path, "HEAD")
