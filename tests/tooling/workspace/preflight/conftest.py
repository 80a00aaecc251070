"""A harbour: three log sources, six pieces of content, and a stand-in that has their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.content.project import Project
from masthead.workspace.preflight.examine import Preflight, examine
from masthead.workspace.preflight.selection import selected

pytest.importorskip("azure.monitor.query")

FILES = yaml.safe_load((Path(__file__).parent / "harbour.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of harbour.yaml."""
    root = tmp_path_factory.mktemp("harbour")
    for path, content in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (root / "pyproject.toml").write_text("[tool.masthead]\n", encoding="utf-8")
    return Project.load(root)


@pytest.fixture(scope="session")
def running(harbour: Project) -> Iterator[Any]:
    """A stand-in, started once: its engine takes a second to start."""
    from stand_in.stand_in import StandIn

    with StandIn(harbour, populated=False) as started:
        yield started


@pytest.fixture
def stand_in(harbour: Project, running: Any) -> Any:
    """A stand-in whose workspace has the harbour's tables and nothing else."""
    from stand_in.rows import Logs

    for scope, kind, _ in list(running.state.snapshot()):
        running.state.drop(scope, kind)
    for table in sorted(harbour.tables.slugs):
        running.table(table)
    _PASSED.append(running.logs)
    running.logs = Logs(harbour)
    return running


_PASSED: list[Any] = []
"""Rows of earlier tests: the engine knows rows again by the object that has them, so none may take its place."""


@pytest.fixture
def rows(stand_in: Any) -> Callable[..., None]:
    """Gives tables a row, `ago` before now, that came `late`."""

    def give(*tables: str, ago: timedelta = timedelta(minutes=2), late: timedelta = timedelta(), **values: Any) -> None:
        at = datetime.now(UTC) - ago
        row = {"TimeGenerated": at.isoformat(), "_ingestion_time": (at + late).isoformat(), **values}
        for table in tables:
            stand_in.logs.ingest(table, [row])

    return give


@pytest.fixture
def look(harbour: Project, stand_in: Any) -> Callable[..., Preflight]:
    """Looks at the workspace for all content, or for that at some paths."""

    def preflight(*paths: str, **session: Any) -> Preflight:
        asked = [harbour.root / path for path in paths]
        return examine(harbour, stand_in.session(**session), selected(harbour, stand_in.workspace, asked))

    return preflight
