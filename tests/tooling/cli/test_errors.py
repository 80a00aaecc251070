"""What a user is told when a command stops on an exception."""

from __future__ import annotations

import pytest

from masthead.cli.errors import report
from masthead.content.finding import ContentError, finding
from masthead.content.location import SourceFile
from masthead.kql.language import LanguageError


def content_error(*codes: str) -> ContentError:
    source = SourceFile("detections/rbac/a.yaml", "id: [\n")
    return ContentError([finding(code, "it is broken", source, source.span(4, 5), hint="Mend it.") for code in codes])


@pytest.mark.parametrize(
    ("codes", "exit_code"),
    [
        pytest.param(["MH004"], 1, id="content is broken"),
        pytest.param(["MH001"], 2, id="a path that is not there"),
        pytest.param(["MH019"], 2, id="settings that cannot be read"),
        pytest.param(["MH001", "MH004"], 1, id="both"),
    ],
)
def test_content_that_cannot_be_used(capsys, codes, exit_code):
    assert report(content_error(*codes)) == exit_code
    printed = capsys.readouterr()
    assert printed.out == ""
    for part in ("detections/rbac/a.yaml:1:5", codes[0], "it is broken", "Mend it."):
        assert part in printed.err


def test_a_query_that_cannot_be_answered(capsys):
    assert report(LanguageError("the query is nested too deeply to analyse; simplify it")) == 1
    assert capsys.readouterr().err == "error: the query is nested too deeply to analyse; simplify it\n"


def test_a_file_that_cannot_be_written(capsys):
    assert report(PermissionError(13, "Permission denied", "out.json")) == 2
    assert capsys.readouterr().err == "error: out.json: permission denied\n"


def test_a_defect_of_masthead_says_so_in_two_lines(capsys):
    assert report(ValueError("first line\nsecond line")) == 2
    assert capsys.readouterr().err == (
        "error: Masthead failed (ValueError: first line).\n"
        "This is a defect of Masthead, not of your content. "
        "Set MASTHEAD_DEBUG=1 to see the traceback, and please report it.\n"
    )


def test_debugging_shows_the_traceback(monkeypatch):
    monkeypatch.setenv("MASTHEAD_DEBUG", "1")
    with pytest.raises(ValueError, match="it"):
        report(ValueError("it"))
