"""Functions that take a text apart: URLs, paths, CSV, versions, command lines."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from masthead.kql.translate.calls import Call
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL


def _refusal(what: str) -> ValueError:
    return ValueError(REFUSAL + what)


def _bag(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- URLs ------------------------------------------------------------------------------------------------------------
# As measured (tests/tooling/kql/cases/measured.yaml): a user is one only with a password, and nothing is decoded.
_URL = re.compile(
    r"(?P<Scheme>[a-zA-Z][\w+.-]*)://(?:(?P<Username>[^:@/?#]*):(?P<Password>[^@/?#]*)@)?(?P<Host>\[[^\]]*\]|[^:/?#]*)"
    r"(?::(?P<Port>\d*))?(?P<Path>[^?#]*)(?:\?(?P<Query>[^#]*))?(?:\#(?P<Fragment>.*))?",
    re.DOTALL | re.ASCII,
)


def _query(text: str) -> dict[str, Any]:
    """The parameters by name; one that comes more than once is a list, one without a name or a value is none."""
    found: dict[str, list[str]] = {}
    for pair in text.split("&"):
        key, _, value = pair.partition("=")
        if key and value:
            found.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in sorted(found.items())}


def _parse_url(text: str | None) -> str:
    match = _URL.fullmatch(text or "")
    found = match.groupdict(default="") if match else {}
    names = ("Scheme", "Host", "Port", "Path", "Username", "Password")
    parts: dict[str, Any] = {name: found.get(name, "") for name in names}
    if parts["Path"] == "/" and text.endswith("/") and not found["Query"] and "?" not in text:
        parts["Path"] = ""
    return _bag({**parts, "Query Parameters": _query(found.get("Query", "")), "Fragment": found.get("Fragment", "")})


python_function("kq_parse_url", ["VARCHAR"], "VARCHAR")(_parse_url)
python_function("kq_parse_urlquery", ["VARCHAR"], "VARCHAR")(
    lambda s: _bag({"Query Parameters": _query((s or "").removeprefix("?"))})
)
scalar("parse_url parseurl", "text", "kq_parse_url({0})::JSON")
scalar("parse_urlquery parseurlquery", "text", "kq_parse_urlquery({0})::JSON")


# --- paths -----------------------------------------------------------------------------------------------------------
def _parse_path(text: str | None) -> str:
    rest = text or ""
    scheme, root, stream = "", "", ""
    if match := re.match(r"(\w+)://", rest):
        scheme, rest = match[1], rest[match.end() :]
    if rest.startswith("\\\\?\\"):
        raise _refusal("parse_path() of a long path")
    if match := re.match(r"[A-Za-z]:(?=[\\/])", rest):
        root = match[0]
    place = max(rest.rfind("/"), rest.rfind("\\"))
    if place == len(rest) - 1:
        raise _refusal("parse_path() of a path without a file's name")
    directory, name = rest[: max(place, 0)], rest[place + 1 :]
    if name.count(":") > 1:
        raise _refusal("parse_path() of a file's name with several colons")
    if ":" in name:
        name, _, stream = name.partition(":")
    if not name or name in (".", "..") or name.startswith(".") or name.endswith("."):
        raise _refusal(f"parse_path() of a file called {name!r}")
    if place >= 0 and directory in ("", root):
        raise _refusal("parse_path() of a file at the root")
    return _bag(
        {
            "Scheme": scheme,
            "RootPath": root,
            "DirectoryPath": directory,
            "DirectoryName": re.split(r"[\\/]", directory)[-1],
            "Filename": name,
            "Extension": name.rpartition(".")[2] if "." in name else "",
            "AlternateDataStreamName": stream,
        }
    )


python_function("kq_parse_path", ["VARCHAR"], "VARCHAR")(_parse_path)
scalar("parse_path", "text", "kq_parse_path({0})::JSON")


# --- CSV and versions ------------------------------------------------------------------------------------------------
def _parse_csv(text: str | None) -> str | None:
    if not text:
        raise _refusal("parse_csv() of an empty text")
    return _bag(next(csv.reader(io.StringIO(text, newline=""), strict=False)))


python_function("kq_parse_csv", ["VARCHAR"], "VARCHAR")(_parse_csv)
scalar("parse_csv", "text", "kq_parse_csv({0})::JSON")


# Whole numbers of 32 digits, so not the decimal that other functions return.
scalar("parse_version", "text", "kq_parse_version({0})")


# --- command lines ---------------------------------------------------------------------------------------------------
def _split_command_line(text: str) -> list[str]:
    """As CommandLineToArgvW does: backslashes escape only before a quote; the program's name knows no escapes."""
    out: list[str] = []
    if text.startswith('"'):
        name, _, text = text[1:].partition('"')
    else:
        match = re.match(r"[^ \t]*", text)
        name, text = match[0], text[match.end() :]
    out.append(name)
    text = text.lstrip(" \t")
    current, quoted, place = "", False, 0
    pending = bool(text)
    while place < len(text):
        slashes = len(text[place:]) - len(text[place:].lstrip("\\"))
        place += slashes
        if place < len(text) and text[place] == '"':
            current += "\\" * (slashes // 2)
            if slashes % 2:
                current += '"'
            elif quoted and text[place + 1 : place + 2] == '"':
                raise _refusal('parse_command_line() of "" within quotes')
            else:
                quoted = not quoted
            place += 1
            continue
        current += "\\" * slashes
        if place < len(text) and text[place] in " \t" and not quoted:
            out.append(current)
            current = ""
            place = len(text) - len(text[place:].lstrip(" \t"))
            pending = place < len(text)
            continue
        current += text[place : place + 1]
        place += 1
    return [*out, current] if pending else out


def _parse_command_line(text: str | None) -> str:
    if not text or text[0] in " \t":
        raise _refusal("parse_command_line() of a text that is empty or begins with a space")
    return _bag(_split_command_line(text))


python_function("kq_parse_command_line", ["VARCHAR"], "VARCHAR")(_parse_command_line)


@scalar("parse_command_line", "text, string")
def parse_command_line(call: Call) -> str:
    if str(call.constant(1)).lower() != "windows":
        raise call.unsupported("parse_command_line() other than of windows")
    return f"kq_parse_command_line({call.sql[0]})::JSON"
