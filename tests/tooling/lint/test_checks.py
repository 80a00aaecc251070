"""Each check, on the cases in `cases/<slug>.yaml`: what it lets pass, and what it finds, where, in which words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.content.finding import CODES
from masthead.lint.registry import all_checks

CASES = Path(__file__).parent / "cases"
SLUGS = sorted(check.slug for check in all_checks())


def cases(verdict: str) -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8")).get(verdict) or ()
    ]


@pytest.mark.parametrize(("slug", "case"), cases("pass"))
def test_passes(slug: str, case: dict[str, Any], lint_case: Callable, places_of: Callable) -> None:
    assert places_of(lint_case(case, slug).findings) == []


@pytest.mark.parametrize(("slug", "case"), cases("fail"))
def test_finds(slug: str, case: dict[str, Any], lint_case: Callable, places_of: Callable) -> None:
    findings = lint_case(case, slug).findings
    expected = [each["finding"] for each in case["findings"]]
    assert places_of(findings) == expected
    for found, each in zip(findings, case["findings"], strict=True):
        assert found.hint == each.get("hint"), found


def test_every_check_has_cases_that_pass_and_cases_that_fail() -> None:
    documents = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in CASES.glob("*.yaml")}
    tried = sorted(slug for slug, document in documents.items() if document.get("pass") and document.get("fail"))
    assert sorted({*SLUGS, *tried}) == tried
    assert set(tried) - set(SLUGS) <= {code.slug for code in CODES.values()}
