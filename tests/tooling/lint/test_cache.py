"""What is remembered between runs: believed only when it is ours, whole and about these very files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.lint import workers

FINDING = "detections/rbac/rule.yaml:1:17: error MH201 queryFrequency is 1m; Sentinel allows 5m to 14d"


@pytest.fixture(autouse=True)
def own_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only the key of the seal: the language service must find its snapshot where it always is.
    monkeypatch.setattr("masthead.lint.cache.cache_folder", lambda: tmp_path / "user")


@pytest.fixture
def root(make_project: Callable[..., Path]) -> Path:
    return make_project(rule="queryFrequency: 1m\n", cases="")


@pytest.fixture
def run(root: Path, run_lint: Callable, places_of: Callable) -> Callable[[], tuple[list[str], int]]:
    def run() -> tuple[list[str], int]:
        result = run_lint(root, ["frequency-range"], use_cache=True)
        return places_of(result.findings), result.files - result.cached

    return run


def test_a_second_run_examines_nothing_and_says_the_same(run: Callable) -> None:
    first, examined = run()
    assert (first, examined > 5) == ([FINDING], True)
    assert run() == ([FINDING], 0)


def test_all_that_is_said_survives_the_way_through_the_cache(root: Path, run_lint: Callable) -> None:
    text = "queryFrequency: 1m # masthead: ignore[MH201] a test\nname: Same\nquery: AKSAudits\n"
    (root / "detections/rbac/rule.yaml").write_text(text, encoding="utf-8")
    first = run_lint(root, use_cache=True)
    second = run_lint(root, use_cache=True)
    assert second.cached == second.files
    assert second.findings == first.findings
    assert len(first.findings) > 3


@pytest.mark.parametrize(
    ("path", "examined"),
    [
        ("detections/rbac/rule.yaml", 1),
        ("tests/recordings/kubernetes/quiet/AKSAudit.ndjson", 1),
        ("catalog/tables/AKSAudit.yaml", None),
        ("functions/writes.yaml", None),
        ("watchlists/approved-registries.csv", None),
    ],
)
def test_a_change_is_noticed(path: str, examined: int | None, root: Path, run: Callable) -> None:
    everything = run()[1]
    with (root / path).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert run()[1] == (examined or everything)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-10], lambda data: b"{}", lambda data: b"", lambda data: data[:70]]
)
def test_a_damaged_file_is_not_believed(damage: Callable[[bytes], bytes], root: Path, run: Callable) -> None:
    everything = run()[1]
    path = root / ".masthead/cache/lint.json"
    path.write_bytes(damage(path.read_bytes()))
    assert run() == ([FINDING], everything)


def test_a_file_that_somebody_else_brings_along_is_not_believed(root: Path, run: Callable, tmp_path: Path) -> None:
    everything = run()[1]
    (tmp_path / "user/seal.key").unlink()
    assert run() == ([FINDING], everything)


def test_nothing_is_written_through_a_link_that_leads_out(root: Path, run: Callable, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / ".masthead").symlink_to(outside)
    assert run()[0] == [FINDING]
    assert not [path for path in outside.rglob("*") if path.is_file()]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(root: Path, run: Callable) -> None:
    (root / ".masthead").write_text("in the way", encoding="utf-8")
    assert run()[0] == run()[0] == [FINDING]


def test_several_processes_say_what_one_does(
    make_project: Callable[..., Path], run_lint: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {f"detections/rbac/rule-{n}.yaml": f"kind: NRT\nquery: AKSAudit | where Verb{n}\n" for n in range(4)}
    root = make_project(files=rules)
    alone = run_lint(root, jobs=1)
    monkeypatch.setattr(workers, "WORTH_IT", 2)
    assert run_lint(root, jobs=2).findings == alone.findings
    assert alone.findings
