"""masthead preflight: formats, files, paths and exit codes. What it finds is tested in test_examine.py."""

from __future__ import annotations

import json

import pytest

from masthead.cli.main import main

FORMATS = {
    "human": lambda text: text.startswith("Workspace demo: soc in rg-soc (public cloud)\n"),
    "json": lambda text: json.loads(text)["workspace"]["name"] == "demo",
    "markdown": lambda text: text.startswith("## Preflight of demo\n"),
    "github": lambda text: text.startswith("::error title="),
}


@pytest.fixture
def run(harbour, stand_in, monkeypatch, capsys):
    """Runs the command in the harbour's folder, where the stand-in is known as demo: (exit code, output, errors)."""
    (harbour.root / ".masthead").mkdir(exist_ok=True)
    reach = {
        "subscription": stand_in.azure.subscription,
        "resource_group": "rg-soc",
        "workspace": "soc",
        "tenant": stand_in.directory.tenant,
        "resource_manager": stand_in.endpoints.resource_manager,
        "logs": stand_in.endpoints.logs,
        "authority": stand_in.endpoints.authority,
        "portal": stand_in.endpoints.portal,
        "certificate": str(stand_in.endpoints.certificate),
        "client_id": stand_in.account.client_id,
        "client_secret": stand_in.account.client_secret,
    }
    (harbour.root / ".masthead/demo-workspace.json").write_text(json.dumps(reach), encoding="utf-8")
    monkeypatch.chdir(harbour.root)

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["preflight", *arguments])
        printed = capsys.readouterr()
        return stopped.value.code, printed.out, printed.err

    return command


def test_every_format_is_printed_or_written_to_a_file(run, harbour):
    for name, holds in FORMATS.items():
        code, printed, _ = run("demo", "--format", name)
        assert (code, holds(printed)) == (1, True)
    assert run("demo", "--format", "json", "--output", "out.json") == (1, "", "")
    assert FORMATS["json"]((harbour.root / "out.json").read_text(encoding="utf-8"))


def test_only_what_some_content_needs(run, rows):
    rows("Gate")
    code, printed, _ = run("demo", "detections/quay/sealed.yaml")
    assert (code, printed.splitlines()[-1]) == (
        0,
        "1 piece of content reads 1 table; all that is needed is there and fresh.",
    )


def test_misuse(run):
    code, _, errors = run("dem")
    assert (code, errors) == (2, 'error: there is no workspace "dem"\n  hint: Did you mean "demo"?\n')
    code, _, errors = run("demo", "functions/anyone.yaml")
    assert (code, "MH010" in errors) == (2, True)
