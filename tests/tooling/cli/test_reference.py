"""docs/cli.md is what the commands say about themselves."""

from __future__ import annotations

from pathlib import Path

from masthead.cli.reference import reference

DOCUMENT = Path(__file__).parents[3] / "docs/cli.md"


def test_the_reference_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == reference(), "run: make docs"


def test_every_option_is_explained():
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.split("|")[-2].strip() == ""] == []
