"""The documents: what they link to exists, and what they tell people to run works."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from masthead.cli.main import COMMANDS
from masthead.content.cases import CaseFile
from masthead.content.document import parse_document
from masthead.content.layout import ContentFile, Kind
from masthead.content.project import Project
from masthead.content.workbook_yaml import read_workbook
from masthead.coverage.matrix import Coverage
from masthead.coverage.measure import measure
from masthead.report.coverage_pages import coverage_page, with_matrix
from masthead.report.recordings import recordings_markdown
from masthead.testing.bench import Bench
from masthead.testing.verdict import judge

ROOT = Path(__file__).parents[2]


def tracked(*patterns: str) -> list[Path]:
    """The files under version control that match."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


IS_CHECKOUT = (ROOT / ".git").exists()
DOCUMENTS = tracked("*.md") if IS_CHECKOUT else sorted(ROOT.glob("*.md"))
LINK = re.compile(r"!?\[(?:[^\]]|\n)*?\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```", re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of the document."""
    headings = HEADING.findall(CODE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    broken = []
    for target in LINK.findall(CODE.sub("", path.read_text(encoding="utf-8"))):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name) if name else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_the_readme_says_two_commands_and_make_knows_them():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"^    make (\w+)", readme, re.MULTILINE) == ["demo", "test"]
    assert {"demo", "test"} <= set(targets)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_in_documents_exist(path):
    text = path.read_text(encoding="utf-8")
    written = re.findall(r"^    (masthead .+)$|`(masthead [^`]+)`", text, re.MULTILINE)
    commands = [shlex.split(block or inline, comments=True)[1] for block, inline in written]
    assert {each for each in commands if not each.startswith("-")} <= set(COMMANDS) | {"…"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_make_targets_in_documents_exist(path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"(?:^    |`)make ((?:[a-z]+ ?)+)(?=[`\n])", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert {word for words in named for word in words.split()} <= targets


def test_the_page_of_recordings_is_made_from_them():
    page = (ROOT / "docs" / "recordings.md").read_text(encoding="utf-8")
    assert page == recordings_markdown(Project.load(ROOT)), "run: make docs"


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return measure(Project.load(ROOT))


def test_the_page_of_coverage_is_made_from_the_content(coverage: Coverage):
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert page == coverage_page(coverage), "run: .venv/bin/python docs/generate.py coverage"


def test_the_readme_has_the_matrix_of_now(coverage: Coverage):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == with_matrix(readme, coverage), "run: .venv/bin/python docs/generate.py coverage"


def test_a_readme_without_a_place_for_the_matrix_is_refused(coverage: Coverage):
    with pytest.raises(ValueError, match="does not have the marks"):
        with_matrix("# A readme\n", coverage)


def test_the_workbook_and_the_cases_that_the_documentation_shows_work():
    workbook, cases = re.findall(r"```yaml\n(.*?)```", (ROOT / "workbooks/README.md").read_text("utf-8"), re.DOTALL)
    path = "workbooks/rbac/who-may-what.yaml"
    page = read_workbook(parse_document(workbook, path), ContentFile(path, Kind.WORKBOOK))
    file = ContentFile(f"tests/{path}", Kind.WORKBOOK_CASES)
    bench = Bench(Project.load(ROOT))
    try:
        verdicts = [judge(case, page, bench) for case in CaseFile.read(parse_document(cases, file.path), file).cases]
    finally:
        bench.close()
    assert [verdict.complaints for verdict in verdicts] == [()]


@pytest.mark.skipif(not IS_CHECKOUT, reason="needs the list of files under version control")
def test_the_repository_names_no_path_outside_itself():
    # Nobody else has our machine.
    secrets = re.compile(rb"/(?:home|Users)/\w+/(?:code|git|projects|repos|src|work)/")
    found = [name_of(path) for path in tracked() if path != Path(__file__) and secrets.search(path.read_bytes())]
    assert found == []


@pytest.mark.skipif(not IS_CHECKOUT, reason="needs the list of files under version control")
def test_text_files_are_utf8_with_unix_line_ends():
    bad = []
    for path in tracked("*.py", "*.yaml", "*.yml", "*.md", "*.json", "*.ndjson", "*.csv", "*.toml", "Makefile"):
        data = path.read_bytes()
        data.decode("utf-8")
        if b"\r" in data or (data and not data.endswith(b"\n")):
            bad.append(name_of(path))
    assert bad == []


def test_the_picture_in_the_readme_fetches_nothing():
    picture = (ROOT / "docs/demo.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(picture)  # noqa: S314  our own file
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(r"url\((?!#)[^)]*\)|@import|@font-face|href", picture) == []
    assert "passed" in picture
