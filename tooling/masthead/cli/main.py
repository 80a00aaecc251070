"""The command `masthead`: it finds the command that was asked for, imports only that one, and runs it.

A command is a module of this package, named like the command, with

- a function `command`, annotated the way typer wants it. Its docstring is the help; the docstring's first line is
  the command's line in COMMANDS below. It returns the exit code (None is 0): 0 clean, 1 findings, 2 misuse.
- CONTEXT_SETTINGS, if it must tell typer more (masthead test passes unknown options on to pytest).

So `masthead --help` imports no command at all. Exceptions that are the user's to deal with need no handling in a
command: `cli.errors` prints what they say.
"""

from __future__ import annotations

import gc
import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from masthead import __version__

COMMANDS = {
    "lint": "Find what is wrong with content before Sentinel does.",
    "format": "Lay out the KQL in content files with Microsoft's formatter.",
    "explain": "Say what a check looks for and how to mend a finding.",
    "test": "Run the cases of rules and queries against recorded logs.",
    "query": "Run a KQL query against recorded logs or files.",
    "backtest": "See how loud a detection would have been.",
    "coverage": "Show which risks the content addresses, and what proves it.",
    "build": "Make what Sentinel imports of the content.",
    "preflight": "See whether a workspace has the logs that the content needs.",
    "plan": "Show what a deployment would do to a workspace.",
    "deploy": "Bring a workspace to what the content says.",
    "drift": "Show what somebody has changed since it was deployed.",
    "pull": "Write what a workspace has back to content files.",
    "record": "Record rows of a workspace to test with, scrubbed.",
    "export": "Make templates for Sentinel's own Repositories feature.",
    "demo-workspace": "Start a local stand-in for Sentinel to try things on.",
    "new": "Start a detection or other content, with its cases.",
}
"""The commands in the order of the help, each with the first line of its docstring (at most 60 characters)."""


class CommandsByName(TyperGroup):
    """Commands that are imported when they are run; until then only their names and one-line helps are known."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As in click: the name, the command itself and its arguments."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else None, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The names and lines of the commands; click would cut the lines for the sake of the longest name."""
        with formatter.section("Commands"):
            for name, line in COMMANDS.items():
                formatter.write(f"  {name:<{max(map(len, COMMANDS))}}  {line}\n")


def load_command(name: str) -> Any:
    """The command `name`, ready to be run by click. Imports its module."""
    module = importlib.import_module(f"masthead.cli.{name.replace('-', '_')}")
    alone = new_app()
    alone.command(name, context_settings=getattr(module, "CONTEXT_SETTINGS", None))(module.command)
    return typer.main.get_command(alone)


def new_app(**settings: Any) -> typer.Typer:
    """A typer app with plain help and plain errors: no boxes, and nothing of rich to import."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings)


def make_app() -> typer.Typer:
    """The app with every command by name."""
    app = new_app(
        cls=CommandsByName,
        no_args_is_help=True,
        result_callback=exit_with,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(masthead)
    for name, line in COMMANDS.items():
        app.command(name, help=line)(lambda: None)
    return app


def masthead(
    version: bool = typer.Option(
        False,
        "--version",
        help="Print the version and exit.",
        is_eager=True,
        callback=lambda asked: print_version(asked),
    ),
) -> None:
    """Detection content as code for Microsoft Sentinel: lint, test and cover KQL detections, offline.

    Exit codes: 0 all is well, 1 something was found, 2 the command could not do what it was asked.
    """


def print_version(asked: bool) -> None:
    """Print the version and leave, if that was asked for."""
    if asked:
        print(f"masthead {__version__}")
        raise typer.Exit


def exit_with(code: int | None, **_options: Any) -> None:
    """Leave with the exit code that a command returned."""
    raise typer.Exit(code or 0)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line `arguments` (the process's own when None) and exit the process with its code."""
    # Modules, schemas and snapshots live until the end: looking for garbage among them costs a twentieth of a command.
    gc.set_threshold(100_000)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # Windows redirects in a code page that lacks half of what we print
    try:
        typer.main.get_command(make_app())(arguments, prog_name="masthead")
    except Exception as error:
        from masthead.cli.errors import report

        sys.exit(report(error))


if __name__ == "__main__":
    main()
