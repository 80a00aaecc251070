"""Which checks run and how they weigh: from pyproject.toml and from the command line."""

from __future__ import annotations

from typing import Any

import pytest

from masthead.content.finding import ContentError, Severity
from masthead.lint.registry import known_codes
from masthead.lint.settings import read_settings


def codes(table: dict[str, Any], **options: Any) -> list[str]:
    return sorted(read_settings(table, **options).codes)


def test_everything_is_reported_unless_said_otherwise() -> None:
    assert codes({}) == sorted(known_codes())


def test_the_command_line_selects_in_place_of_the_project_and_ignores_on_top_of_it() -> None:
    table = {"select": ["MH30"], "ignore": ["retired-technique"]}
    assert codes(table) == ["MH301", "MH303", "MH304", "MH305"]
    assert codes(table, ignore=["MH303,MH304"]) == ["MH301", "MH305"]
    assert codes(table, select=["MH302", "mh201"]) == ["MH201"]
    assert len(codes({"select": ["all"]})) == len(known_codes())


def test_a_severity_is_given_by_code_slug_or_beginning() -> None:
    settings = read_settings({"severity": {"MH80": "warning", "no-cases": "error"}})
    expected = dict.fromkeys(("MH801", "MH802", "MH803"), Severity.WARNING) | {"MH701": Severity.ERROR}
    assert settings.severities == expected


@pytest.mark.parametrize("own", [True, False])
def test_strict_is_asked_for_by_either(own: bool) -> None:
    assert read_settings({"strict": own}, strict=not own).strict


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        ({"selct": []}, '[tool.masthead.lint] has no key "selct"', 'Did you mean "select"?'),
        (
            {"select": "MH4"},
            "select in [tool.masthead.lint] must be a list of codes",
            "`masthead explain` lists the checks.",
        ),
        ({"ignore": ["kql-eror"]}, '"kql-eror" is not a check', 'Did you mean "kql-error"?'),
        (
            {"severity": {"MH401": "fatal"}},
            'the severity of MH401 cannot be "fatal"',
            "It is one of error, warning, info.",
        ),
        ({"severity": 1}, 'severity in [tool.masthead.lint] must be a table, like severity = {MH701 = "error"}', None),
        ({"strict": "yes"}, "strict in [tool.masthead.lint] must be true or false", None),
    ],
)
def test_what_makes_no_sense_is_refused(table: dict[str, Any], message: str, hint: str | None) -> None:
    with pytest.raises(ContentError) as raised:
        read_settings(table)
    (found,) = raised.value.findings
    assert (found.code, found.path, found.message) == ("MH019", "pyproject.toml", message)
    assert hint is None or found.hint == hint


def test_a_mistake_on_the_command_line_is_called_by_its_option() -> None:
    with pytest.raises(ContentError) as raised:
        read_settings({}, ignore=["MH4xx"])
    assert [each.path for each in raised.value.findings] == ["--ignore"]
