"""The house: what may import what, how long a file may be, and that everything public is explained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tooling" / "masthead"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "vendor" not in path.parts)
SCRIPTS = sorted(path for folder in ("tests", "benchmarks", "docs") for path in (ROOT / folder).rglob("*.py"))

FLOORS = [
    {"content"},
    {"kql"},
    {"simulate", "workbooks"},
    {"lint", "testing", "coverage"},
    {"workspace"},
    {"report"},
    {"cli"},
]
"""From the ground up; a room imports from its own and from the floors below."""

MAX_LINES = 400


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def rooms_imported(path: Path) -> set[str]:
    """The rooms of the package that the module imports from, also inside functions."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively; write the whole name"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("masthead.")}
    return rooms - {"__version__"}


def test_every_room_is_on_a_floor():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms <= set().union(*FLOORS)


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent != PACKAGE], ids=name_of)
def test_a_module_imports_only_downwards(path):
    room = path.relative_to(PACKAGE).parts[0]
    upwards = {each for each in rooms_imported(path) - {room} if floor_of(each) >= floor_of(room)}
    assert upwards == set()


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=name_of)
def test_a_file_holds_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_is_explained(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not tree.body:
        return
    definitions = list(public_definitions(tree))
    # A module that is about one class needs no words besides the class's own.
    is_one_class = [isinstance(node, ast.ClassDef) for name, node in definitions if "." not in name].count(True) == 1
    unexplained = [] if ast.get_docstring(tree) or is_one_class else ["the module"]
    unexplained += [name for name, node in definitions if not ast.get_docstring(node)]
    assert unexplained == []


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The functions and classes of the module, and the methods of its classes, that must explain themselves."""
    for node in tree.body:
        if is_public(node) and not is_registered(node):
            yield node.name, node
            # What a base class asks for is explained there.
            if isinstance(node, ast.ClassDef) and not node.bases:
                yield from ((f"{node.name}.{member.name}", member) for member in node.body if is_public(member))


def is_public(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")


def is_registered(node: ast.stmt) -> bool:
    """Whether it is an entry of a registry, `@aggregate("count")`: what it does is what Kusto's documentation says."""
    return any(isinstance(each, ast.Call) and each.args for each in node.decorator_list)
