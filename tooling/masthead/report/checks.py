"""The documentation of the checks, made from what stands beside their code."""

from __future__ import annotations

from masthead.content.finding import CODES, Code
from masthead.lint.check import Check
from masthead.lint.registry import all_checks, find_check, themes

_INTRODUCTION = """# Checks

<!-- Made by `python -m masthead.report.checks > docs/checks.md` from the docstrings of the checks. -->

`masthead lint` runs these checks. Each has a code and a slug that never change; `masthead explain MH401` prints its
page.

- **Severity.** Errors fail (exit code 1); warnings do with `--strict`; advice never does.
- **Selection.** `--select MH4,no-cases` and `--ignore MH402`, or `select`, `ignore` and `severity` under
  `[tool.masthead.lint]` in pyproject.toml. A code may be cut short: `MH4` is all of MH401 to MH499.
- **Suppression.** At the end of the line: `# masthead: ignore[MH402] why it does not matter here`, inside KQL
  `// masthead: ignore[MH402] …`. For a file: `# masthead: ignore-file[MH402] …` on any line. The reason is required,
  and a suppression that suppresses nothing is itself a finding.
"""


def check_list() -> str:
    """All checks, one a line: code, severity, slug, title."""
    lines = [f"{each.code}  {'error':<7}  {each.slug:<26}  {_sentence(each)}" for each in CODES.values()]
    lines += [f"{each.code}  {each.severity:<7}  {each.slug:<26}  {each.title()}" for each in all_checks()]
    return "\n".join(lines) + "\n"


def check_page(name: str) -> str | None:
    """The page of the check with this code or slug; None when there is none."""
    check = find_check(name)
    if check:
        return f"{check.code} {check.slug} ({check.severity})\n\n{check.page()}\n"
    wanted = name.strip().lower()
    code = next((each for each in CODES.values() if wanted in (each.code.lower(), each.slug)), None)
    return f"{code.code} {code.slug} (error)\n\n{code.meaning}\n" if code else None


def checks_markdown() -> str:
    """docs/checks.md."""
    parts = [_INTRODUCTION, "## Reading files\n", *(_content_section(each) for each in CODES.values())]
    for theme, members in themes():
        parts.append(f"## {_THEMES.get(theme, theme.capitalize())}\n")
        parts += [_section(check) for check in members]
    return "\n".join(parts)


_THEMES = {
    "identity": "Identity and names",
    "limits": "Limits and schedule",
    "attack": "MITRE ATT&CK",
    "kql": "KQL",
    "mappings": "Columns and entities",
    "sources": "Log sources",
    "coverage": "Cases, risks and use",
    "versioning": "Versions",
    "workbooks": "Workbooks",
    "suppression": "Suppressions",
}


def _section(check: type[Check]) -> str:
    body = check.page().split("\n", 1)[1].strip()
    return f"### {check.code} {check.slug}\n\n*{check.title()}* ({check.severity})\n\n{body}\n"


def _content_section(code: Code) -> str:
    return f"### {code.code} {code.slug}\n\n{code.meaning}\n"


def _sentence(code: Code) -> str:
    return code.meaning.rstrip(".")


if __name__ == "__main__":
    print(checks_markdown(), end="")
