"""masthead demo-workspace"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

QUIET = 5
"""How many seconds without a change are taken for the end of a deployment."""

NEXT = """\
The demo workspace {workspace} is at {address}, until Ctrl-C.

Try in another terminal, in this project:

    masthead preflight demo     what the content needs, and whether it is there
    masthead plan demo          what a deployment would do
    masthead deploy demo        do it
    masthead drift demo         whether somebody has changed something since
    masthead pull demo          write what is there back as YAML
"""


def command(
    port: Annotated[int, typer.Option(help="Where to listen on loopback; 0 takes a free port.", min=0, max=65535)] = 0,
    keep: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Go on with what was kept there, and keep it there again.")
    ] = None,
    recordings: Annotated[
        list[str] | None,
        typer.Option(
            "--recordings",
            metavar="RECORDING",
            help="A recording whose rows the workspace has, ending now; repeat it. Without, some for every table.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="TABLE", help="A table that the workspace lacks; repeat it."),
    ] = None,
    basic: Annotated[
        list[str] | None, typer.Option("--basic", metavar="TABLE", help="A table on the Basic plan; repeat it.")
    ] = None,
    stale: Annotated[
        list[str] | None,
        typer.Option("--stale", metavar="TABLE", help="A table that received nothing for a month; repeat it."),
    ] = None,
    meddle: Annotated[
        bool, typer.Option("--meddle", help="Some seconds after a deployment, let somebody change what was deployed.")
    ] = False,
    project: Annotated[Path, typer.Option("--project", help="A folder inside the project.")] = Path(),
) -> int:
    """Start a local stand-in for Sentinel to try things on.

    It is the one that the tests of Masthead use, and needs a clone of its repository. It listens on loopback only,
    and the other commands call it demo. Break it with --without, --basic and --stale to see what preflight says, and
    with --meddle to see what drift does.
    """
    from masthead.content.finding import ContentError
    from masthead.content.project import find_root
    from masthead.workspace.connect import DEMO_FILE

    root = find_root(project)
    path = root / DEMO_FILE
    _refuse_second(path)
    _load_stand_in()
    from stand_in.demo import demonstration

    try:
        made = demonstration(
            root,
            port=port,
            file=keep,
            recordings=recordings or (),
            without=without or (),
            basic=basic or (),
            stale=stale or (),
        )
    except KeyError as error:
        raise typer.BadParameter(f'the project knows no table and no recording "{error.args[0]}"') from None
    except ContentError:
        raise
    except (OSError, ValueError, TypeError) as error:
        raise typer.BadParameter(f"{keep} holds no demo workspace: {error}", param_hint="--keep") from None
    try:
        made.start()
    except OSError as error:
        raise typer.BadParameter(
            f"port {port}: {(error.strerror or str(error)).lower()}", param_hint="--port"
        ) from None
    with _interruptible(), made:
        try:
            _announce(path, made)
            print(NEXT.format(workspace=made.live.name, address=made.base), flush=True)
            _wait(made, keep, meddle)
        except KeyboardInterrupt:
            print("The demo workspace has ended.")
        finally:
            path.unlink(missing_ok=True)
    return 0


def _wait(made: Any, file: Path | None, meddle: bool) -> None:
    """Until somebody interrupts; what changed is kept within a second or two."""
    from stand_in import demo
    from stand_in.keeping import keep

    version, quiet = made.state.versions.total(), 0
    try:
        while True:
            time.sleep(1)
            before, version = version, made.state.versions.total()
            quiet = 0 if version != before else quiet + 1
            if file is not None and version != before:
                keep(made, file)
            if meddle and quiet >= QUIET and (done := demo.meddle(made)):
                print(*done, "Try: masthead drift demo", sep="\n", flush=True)
                meddle = False
    finally:
        if file is not None:
            keep(made, file)


def _announce(path: Path, made: Any) -> None:
    """Write the file by which the other commands find the workspace; only the user can read it."""
    found = {**made.described(), "pid": os.getpid()}
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    # Never through a link that somebody has put there.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=2)


def _refuse_second(path: Path) -> None:
    """Raises WorkspaceError where one is running for this project already."""
    from masthead.workspace.errors import WorkspaceError

    if sys.platform == "win32":
        return  # where asking after a process would end it
    try:
        pid = int(json.loads(path.read_text(encoding="utf-8"))["pid"])
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return  # there is none, or it has died
    message = f"a demo workspace of this project runs already, as process {pid}"
    raise WorkspaceError(message, f"Stop it with Ctrl-C; if that process is another, delete {path}.")


def _load_stand_in() -> None:
    """Import the package `stand_in`, of Masthead's own checkout: what lies in the project at hand is not run.

    Raises WorkspaceError where Masthead was not installed from a clone, or Microsoft's clients are missing.
    """
    import importlib.util

    import masthead
    from masthead.workspace.errors import WorkspaceError
    from masthead.workspace.session import INSTALL

    folder = Path(masthead.__file__).resolve().parents[2] / "tests" / "stand_in"
    spec = importlib.util.spec_from_file_location(
        "stand_in", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if not (folder / "__init__.py").is_file() or spec is None or spec.loader is None:
        hint = "Clone Masthead's repository, and install it from there: pip install -e '.[azure]'."
        raise WorkspaceError("the stand-in for Sentinel is not installed: it lives with Masthead's tests", hint)
    if importlib.util.find_spec("cryptography") is None:
        raise WorkspaceError("cryptography is not installed, which makes the stand-in's certificate", INSTALL)
    loaded = sys.modules.get("stand_in")
    if loaded is not None and loaded.__file__ == spec.origin:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["stand_in"] = module
    spec.loader.exec_module(module)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """A request to end, as `kill` sends it, is like Ctrl-C: the file is removed then, too."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
