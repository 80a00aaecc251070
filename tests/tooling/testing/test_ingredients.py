"""What the outcome of a case depends on: a change of any of it is another key, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import masthead
from masthead.content.cases import CaseFile
from masthead.content.layout import CASES
from masthead.content.project import Project
from masthead.testing.bench import Bench
from masthead.testing.ingredients import code_digest
from masthead.testing.items import content_of, key_of
from masthead.testing.ledger import Ledger

MakeProject = Callable[..., Project]
CHANGES = yaml.safe_load(Path(__file__).with_name("ingredients.yaml").read_text(encoding="utf-8"))
RULE = "detections/rbac/deleted.yaml"

FUNCTION = """\
id: 9a8b7c6d-0000-4000-8000-00000000000{number}
name: {name}
description: A function.
version: 1.0.0
functionAlias: {name}
{parameters}query: {query}
"""
WATCHLIST = """\
id: 9a8b7c6d-0000-4000-8000-0000000001{number}
watchlistAlias: {alias}
displayName: {alias}
description: A list.
version: 1.0.0
itemsSearchKey: Name
columns: [{{name: Name, description: Who}}, {{name: Town, description: Where}}]
"""
FILES: dict[str, str] = {
    "functions/deletions.yaml": FUNCTION.format(
        number=1,
        name="Deletions",
        parameters="functionParameters: [{name: why, type: string, default: '\"x\"'}]\n",
        query='Actions | where Action == "delete"',
    ),
    "functions/actions.yaml": FUNCTION.format(number=2, name="Actions", parameters="", query="Events"),
    "functions/unused.yaml": FUNCTION.format(number=3, name="Unused", parameters="", query="Events"),
    "watchlists/Friends.yaml": WATCHLIST.format(number="01", alias="Friends"),
    "watchlists/Friends.csv": "Name,Town\nalice,York\n",
    "watchlists/Others.yaml": WATCHLIST.format(number="02", alias="Others"),
    "watchlists/Others.csv": "Name,Town\ncarol,York\n",
    "tests/fixtures/l.csv": "Name\nmallory\n",
    "tests/recordings/unplayed/recording.yaml": """\
title: Unplayed
description: Nobody plays it.
provenance: {kind: constructed, source: this test}
period: {from: "2026-11-03T00:00:00Z", to: "2026-11-03T08:00:00Z"}
tables: [Events]
""",
    f"tests/{RULE}": """\
silent_on: [quiet]
cases:
  - {name: two alerts, logs: [attack], expect: {alerts: "[{}, {}]"}}
  - name: given
    logs: [attack]
    given: Events | where Actor == "trudy"
    settings: {alertsPerRun: 10}
    expect: {alerts: [{}]}
""".replace('"[{}, {}]"', "[{}, {}]"),
    "tests/hunting/rbac/actors.yaml": """\
cases:
  - {name: watchlist, logs: [attack], given: 'Events | where Actor in (_GetWatchlist("friends"))', expect: {count: 1}}
  - name: any watchlist
    logs: [attack]
    given: let list = "Friends"; Events | where Actor in (_GetWatchlist(list))
    expect: {count: 1}
  - name: fixture
    logs: [attack]
    fixtures: {"https://example.com/l.csv": l.csv}
    expect: {count: 3}
  - name: own fixture
    logs: [attack]
    fixtures: {"https://example.com/l.csv": [{Name: alice}]}
    expect: {count: 3}
  - {name: clock, logs: [attack], clock: {to: "2026-11-03T12:00:00Z"}, expect: {count: 3}}
  - {name: any table, logs: [attack], given: union withsource=T E*, expect: {count: 3}}
  - {name: table by another name, logs: [attack], given: "Events | extend Who = Actor", expect: {count: 3}}
""",
}


@pytest.fixture
def make(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    monkeypatch.setattr("masthead.testing.ingredients.code_digest", lambda: "code")  # as it is, whoever works on it

    def make() -> Path:
        root = make_project(FILES).root
        rule = root / RULE
        text = rule.read_text(encoding="utf-8")
        rule.write_text(text.replace('Events\n  | where Action == "delete"', 'Deletions("a")'), encoding="utf-8")
        return root

    return make


def keys(root: Path, ledger: Ledger | None = None) -> dict[str, str | None]:
    """The keys of the project's cases, by their names."""
    bench = Bench(Project.load(root))
    found = {}
    for file in bench.project.files:
        if file.kind in CASES:
            cases = bench.project.read(file)
            assert isinstance(cases, CaseFile)
            content = content_of(cases, bench.project)
            found |= {case.name: key_of(case, content, bench, ledger) for case in cases.cases}
    bench.close()
    return found


@pytest.mark.parametrize("described", CHANGES, ids=lambda each: each["name"])
def test_a_change_is_noticed_by_the_cases_that_it_can_matter_to(
    described: dict[str, Any], make: Callable[..., Path]
) -> None:
    root = make()
    before = keys(root)
    assert None not in before.values()
    if described["change"]:
        path, old, new = described["change"]
        file = root / path
        text = file.read_text(encoding="utf-8") if old else ""
        assert old is None or old in text
        file.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")
    after = keys(root)
    again = list(after) if described["again"] == "all" else described["again"]
    known = set(before.values())
    assert sorted(name for name, key in after.items() if key not in known) == sorted(again)


def test_the_line_of_the_ledger_matters_to_a_case_that_plays_the_recording_alone(make: Callable[..., Path]) -> None:
    root = make()
    line = f'[{{"detection": "{RULE}", "recording": "attack", "alerts": {{"Medium": 2}}, "known": "expected"}}]'
    without, two, three = (
        keys(root, Ledger("ledger.json", text)) if text else keys(root) for text in (None, line, line.replace("2", "3"))
    )
    assert [name for name in two if two[name] != three[name]] == ["two alerts"]
    assert [name for name in two if two[name] != without[name]] == ["two alerts", "given", "silent on quiet"]


@pytest.mark.parametrize(
    "query",
    [
        "Events | where rand() < 0.5",
        "Events | extend Actor = tostring(new_guid())",
        "Events | sample 1",
        'table(strcat("Eve", "nts"))',
    ],
)
def test_nobody_can_say_what_a_query_that_hangs_on_chance_or_computes_its_table_depends_on(
    query: str, make: Callable[..., Path]
) -> None:
    root = make()
    cases = f"cases:\n  - name: chance\n    logs: [attack]\n    given: {query!r}\n    expect: {{count: 3}}\n"
    (root / "tests/hunting/rbac/actors.yaml").write_text(cases, encoding="utf-8")
    assert keys(root)["chance"] is None


def test_a_case_whose_files_cannot_be_read_has_no_key(make: Callable[..., Path]) -> None:
    root = make()
    (root / "tests/fixtures/l.csv").unlink()
    (root / "tests/recordings/quiet/Events.ndjson").unlink()
    assert [name for name, key in keys(root).items() if key is None] == ["silent on quiet", "fixture"]


@pytest.mark.parametrize("file", ["content/a.py", "kql/language/b.js", "content/schemas/c.json", "testing/new.py"])
def test_other_code_is_another_digest(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("content/a.py", "kql/language/b.js", "content/schemas/c.json", "lint/d.py"):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_text("1", encoding="utf-8")
    monkeypatch.setattr(masthead, "__file__", str(tmp_path / "__init__.py"))
    (tmp_path / "testing").mkdir()
    before = code_digest()
    (tmp_path / "lint/d.py").write_text("2", encoding="utf-8")  # no case runs it
    assert code_digest() == before
    (tmp_path / file).write_text("2", encoding="utf-8")
    assert code_digest() != before


def test_another_database_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_digest()
    monkeypatch.setattr("importlib.metadata.version", lambda package: "9.9")
    assert code_digest() != before
