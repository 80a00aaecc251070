"""The files of a project as they were at a git revision."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from masthead.content.document import MAX_BYTES, Document, parse_document
from masthead.content.finding import ContentError, finding
from masthead.content.layout import ContentFile

_TIMEOUT = 60.0  # seconds


class Revision:
    """A commit that the content is compared with. Raises ContentError MH019 when git cannot find it."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found is None or not found.strip():
            hint = "Give a branch, tag or commit that this clone has; a shallow clone has few (git fetch --unshallow)."
            raise ContentError(finding("MH019", f'git has no revision "{name}" here', "--since", hint=hint))
        self._commit = found.decode().strip()

    def changed(self) -> Iterator[tuple[str, str]]:
        """The files that were changed since, as (path then, path now); files that are new or gone are left out."""
        diff = self._git("diff", "--name-status", "--find-renames", "--relative", "-z", "--no-ext-diff", self._commit)
        fields = iter((diff or b"").decode("utf-8", "surrogateescape").split("\0"))
        for status in fields:
            if status.startswith(("R", "C")):
                before, now = next(fields), next(fields)
                if status.startswith("R"):
                    yield before, now
            elif status:
                path = next(fields)
                if status.startswith(("M", "T")):
                    yield path, path

    def document(self, path: str) -> Document | None:
        """The YAML file as it was; None when it could not be read even then."""
        blob = self._git("cat-file", "blob", f"{self._commit}:./{path}")
        if blob is None or len(blob) > MAX_BYTES:
            return None
        try:
            return parse_document(blob.decode("utf-8-sig"), path)
        except (UnicodeDecodeError, ContentError):
            return None

    def _git(self, *arguments: str) -> bytes | None:
        command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
        try:
            done = subprocess.run(command, cwd=self._root, capture_output=True, timeout=_TIMEOUT, check=False)
        except FileNotFoundError:
            raise ContentError(finding("MH019", "git is not installed, and --since needs it", "--since")) from None
        except subprocess.TimeoutExpired:
            raise ContentError(finding("MH019", "git did not answer within a minute", "--since")) from None
        return done.stdout if done.returncode == 0 else None


def changes(revision: Revision, files: frozenset[ContentFile]) -> Iterator[tuple[ContentFile, Document]]:
    """The changed ones of `files`, each with its document at the revision."""
    by_path = {file.path: file for file in files}
    for before, now in revision.changed():
        file = by_path.get(now)
        document = revision.document(before) if file else None
        if file and document:
            yield file, document
