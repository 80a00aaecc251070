"""Watchlists and the rows beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.content.document import read_document
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind
from masthead.content.watchlists import Column, Watchlist

LIST = """\
id: 1b2c3d4e-0000-4000-8000-000000000004
watchlistAlias: approved-actors
displayName: Approved actors
description: Who may bind.
provider: platform team
itemsSearchKey: Actor
version: 1.0.0
columns:
  - {name: Actor, description: User name.}
  - {name: Reason, description: Why.}
"""
FILE = ContentFile("watchlists/approved.yaml", Kind.WATCHLIST)


def read(root: Path, rows: str | bytes | None, text: str = LIST) -> Watchlist:
    folder = root / "watchlists"
    folder.mkdir(exist_ok=True)
    (folder / "approved.yaml").write_text(text)
    if rows is not None:
        (folder / "approved.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return Watchlist.read(read_document(folder / "approved.yaml", root), FILE, root)


def test_a_watchlist_with_its_rows(tmp_path: Path) -> None:
    rows = '\ufeffActor,Reason\r\ndeployer,"builds, and deploys"\r\n"break-glass","says ""now""\r\nonly"\r\n'
    watchlist = read(tmp_path, rows)
    assert watchlist.rows == (
        {"Actor": "deployer", "Reason": "builds, and deploys"},
        {"Actor": "break-glass", "Reason": 'says "now"\r\nonly'},
    )
    assert (watchlist.alias, watchlist.items_search_key, watchlist.provider, watchlist.slug) == (
        "approved-actors",
        "Actor",
        "platform team",
        "approved",
    )
    assert watchlist.columns == (Column("Actor", "User name."), Column("Reason", "Why."))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (None, ["watchlists/approved.csv: MH001 the file does not exist"]),
        ("", ["watchlists/approved.csv:1:1: MH011 the first line names the columns (none), not Actor, Reason"]),
        (
            "Actor,Why\na,b\n",
            ["watchlists/approved.csv:1:1: MH011 the first line names the columns Actor, Why, not Actor, Reason"],
        ),
        (
            'Actor,Reason\n"a\nb",c\nd\ne,f,g\n',
            [
                "watchlists/approved.csv:4:1: MH011 the row has 1 value, but there are 2 columns",
                "watchlists/approved.csv:5:1: MH011 the row has 3 values, but there are 2 columns",
            ],
        ),
        (
            'Actor,Reason\na,b\n"c" d,e\n',
            ["watchlists/approved.csv:3:1: MH011 this is not valid CSV: ',' expected after '\"'"],
        ),
        (
            "Actor,Reason\na," + "x" * 10_240 + "\n",
            ["watchlists/approved.csv:2:1: MH011 the line has more than 10,240 characters"],
        ),
        (
            b"Actor,Reason\na,\xff\n",
            ["watchlists/approved.csv:2:3: MH002 the file is not UTF-8: byte 0xff cannot stand here"],
        ),
        (b"Actor,Reason\n" + b"a,b\n" * 1_000_000, ["watchlists/approved.csv: MH003 the file is larger than 3 MB"]),
    ],
    ids=["no file", "empty", "header", "values", "quote", "long line", "not UTF-8", "too large"],
)
def test_rows_that_do_not_fit(tmp_path: Path, rows: str | bytes | None, says: list[str]) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, rows)
    assert [str(each) for each in caught.value.findings] == says


def test_a_search_key_that_is_no_column(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, "Actor,Reason\n", LIST.replace("itemsSearchKey: Actor", "itemsSearchKey: Name"))
    (finding,) = caught.value.findings
    assert str(finding) == (
        "watchlists/approved.yaml:6:17: MH011 itemsSearchKey names the column Name, which the watchlist does not have"
    )
    assert finding.hint == "Its columns are Actor, Reason."
