"""Writes the generated documents again: docs/cli.md, docs/checks.md, docs/kql.md, docs/recordings.md, docs/ledger.md
(with docs/ledger.json), docs/coverage.md (with the matrix in README.md) and docs/demo.svg.

    python docs/generate.py [cli] [checks] [kql] [recordings] [ledger] [coverage] [demo]      # all when none is named

The ledger is what a run of all detections on all recordings finds, which takes minutes. The demo is what `make demo`
prints in a terminal, as a picture. It needs a Unix, for its pseudo-terminals.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent
WIDTH = 116
TITLE = "make demo"


def write_cli() -> None:
    """The reference of the commands."""
    from masthead.cli.reference import reference

    (DOCS / "cli.md").write_text(reference(), encoding="utf-8", newline="\n")


def write_checks() -> None:
    """The pages of the checks."""
    from masthead.report.checks import checks_markdown

    (DOCS / "checks.md").write_text(checks_markdown(), encoding="utf-8", newline="\n")


def write_kql() -> None:
    """What of KQL the engine speaks."""
    import yaml

    from masthead.report.kql import kql_markdown

    slips = yaml.safe_load((DOCS.parent / "tests/tooling/kql/page_slips.yaml").read_text(encoding="utf-8"))
    (DOCS / "kql.md").write_text(kql_markdown(slips), encoding="utf-8", newline="\n")


def write_recordings() -> None:
    """The table of the recordings."""
    from masthead.content.project import Project
    from masthead.report.recordings import recordings_markdown

    (DOCS / "recordings.md").write_text(recordings_markdown(Project.load(DOCS.parent)), encoding="utf-8", newline="\n")


def write_ledger() -> None:
    """Where detections fire; stops where one fires that should not."""
    from masthead.content.project import Project
    from masthead.report.ledger import ledger_markdown
    from masthead.testing.everywhere import read_firings

    found = DOCS / "ledger.json"
    command = [sys.executable, "-m", "masthead.cli.main", "test", "--everywhere", "--firings", str(found), "-n", "auto"]
    if subprocess.run(command, cwd=DOCS.parent, check=False).returncode:
        sys.exit("The ledger is written when the cases pass.")
    text = ledger_markdown(Project.load(DOCS.parent), read_firings(found.read_text(encoding="utf-8")))
    (DOCS / "ledger.md").write_text(text, encoding="utf-8", newline="\n")


def write_coverage() -> None:
    """The matrix in the README, and the page with what proves it."""
    from masthead.content.project import Project
    from masthead.coverage.measure import measure
    from masthead.report.coverage_pages import coverage_page, with_matrix

    coverage, readme = measure(Project.load(DOCS.parent)), DOCS.parent / "README.md"
    (DOCS / "coverage.md").write_text(coverage_page(coverage), encoding="utf-8", newline="\n")
    text = with_matrix(readme.read_text(encoding="utf-8"), coverage)
    readme.write_text(text, encoding="utf-8", newline="\n")


def write_demo() -> None:
    """The picture of `make demo`."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi("$ make demo\n" + in_terminal("make", "--no-print-directory", "demo")))
    picture = console.export_svg(title=TITLE, unique_id="demo")
    # Fonts from elsewhere would be fetched by whoever looks at the picture.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    (DOCS / "demo.svg").write_text(picture, encoding="utf-8", newline="\n")


def in_terminal(*command: str) -> str:
    """What `command` prints when it believes to be in a terminal."""
    import pty

    main, secondary = pty.openpty()
    environment = os.environ | {"COLUMNS": str(WIDTH), "LINES": "60", "TERM": "xterm-256color"}
    process = subprocess.Popen(command, cwd=DOCS.parent, env=environment, stdout=secondary, stderr=secondary)
    os.close(secondary)
    printed = b""
    while True:
        try:
            chunk = os.read(main, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not chunk:
            break
        printed += chunk
    os.close(main)
    if process.wait():
        sys.exit(f"{' '.join(command)} failed:\n{printed.decode()}")
    return printed.decode().replace("\r\n", "\n")


WRITERS = {
    "cli": write_cli,
    "checks": write_checks,
    "kql": write_kql,
    "recordings": write_recordings,
    "ledger": write_ledger,
    "coverage": write_coverage,
    "demo": write_demo,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or WRITERS:
        WRITERS[name]()
        print(f"wrote docs/{name}.{'svg' if name == 'demo' else 'md'}")
