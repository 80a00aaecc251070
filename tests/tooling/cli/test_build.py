"""`masthead build workbooks`: what it writes, that it writes the same again, and what it refuses without writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.cli.build import What, command
from masthead.content.finding import ContentError

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "workbooks" / "rbac"


def test_a_workbook_is_written_once_and_then_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(What.WORKBOOKS, [PAGE], tmp_path, check=True) == 1
    assert list(tmp_path.iterdir()) == []
    assert command(What.WORKBOOKS, [PAGE], tmp_path) == 0
    written = {path: path.read_bytes() for path in tmp_path.rglob("*.workbook")}
    assert [path.relative_to(tmp_path).as_posix() for path in written] == ["rbac/access-control.workbook"]
    assert command(What.WORKBOOKS, [PAGE], tmp_path, check=True) == 0
    assert command(What.WORKBOOKS, [PAGE], tmp_path) == 0
    assert {path: path.read_bytes() for path in written} == written
    assert capsys.readouterr().out.splitlines()[-1] == "1 workbook: 0 written"


@pytest.mark.parametrize(
    ("path", "said"),
    [("detections/rbac", "there are no workbooks here"), ("nowhere", "there is no such file or folder")],
)
def test_a_path_without_workbooks_is_a_mistake(tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        command(What.WORKBOOKS, [ROOT / path], tmp_path / "out")
    assert [each.message for each in caught.value.findings] == [said]
    assert not (tmp_path / "out").exists()
