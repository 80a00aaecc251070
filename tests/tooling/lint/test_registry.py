"""The checks as a whole: found by walking the package, named alike everywhere, documented in one form."""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.content.finding import CODES
from masthead.lint.check import Check
from masthead.lint.registry import all_checks, find_check, known_codes, themes
from masthead.report.checks import check_list, check_page, checks_markdown

THEMES = {
    "identity": "MH10", "limits": "MH20", "attack": "MH30", "kql": "MH4", "mappings": "MH50", "sources": "MH60",
    "coverage": "MH70", "versioning": "MH80", "workbooks": "MH85", "automation": "MH86", "workspaces": "MH87",
    "suppression": "MH90",
}  # fmt: skip
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "checks.md"
every_check = pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.slug)


@every_check
def test_a_check_is_alone_in_a_file_of_its_name(check: type[Check]) -> None:
    *_, theme, module = check.__module__.split(".")
    assert module == check.slug.replace("-", "_")
    assert check.code.startswith(THEMES[theme])
    assert check.__name__ == "".join(part.capitalize() for part in check.slug.split("-"))
    assert [each for each in all_checks() if each.__module__ == check.__module__] == [check]


@every_check
def test_a_page_has_a_title_the_bad_the_good_and_the_source(check: type[Check]) -> None:
    title, _, body = check.page().partition("\n\n")
    assert "\n" not in title
    assert title.endswith(".")
    parts = ["**Anti-pattern**", "**Best practice**", "\n\nSource: "]
    assert sorted(parts, key=body.find) == parts
    assert all(body.count(part) == 1 for part in parts)


def test_no_two_checks_share_a_code_or_slug() -> None:
    assert len(known_codes()) == len(all_checks()) + len(CODES) == len(set(known_codes().values()))


def test_themes_hold_every_check_once_in_the_order_of_their_codes() -> None:
    assert [check for _, members in themes() for check in members] == list(all_checks())
    assert [theme for theme, _ in themes()] == list(THEMES)


@pytest.mark.parametrize("name", ["MH401", "mh401", "kql-error", " KQL-Error "])
def test_a_check_is_found_by_code_or_slug(name: str) -> None:
    check = find_check(name)
    assert check is not None
    assert check.code == "MH401"


def test_pages_and_list_know_the_codes_of_reading_content_too() -> None:
    assert check_page("MH006") == f"MH006 duplicate-key (error)\n\n{CODES['MH006'].meaning}\n"
    assert check_page("no-such-check") is None
    assert [line[:5] for line in check_list().splitlines()] == sorted(known_codes())


def test_the_documentation_is_made_from_the_docstrings() -> None:
    hint = "run: python -m masthead.report.checks > docs/checks.md"
    assert DOCUMENTATION.read_text(encoding="utf-8") == checks_markdown(), hint
