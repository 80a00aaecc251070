"""Derive the recordings in tests/recordings/github from GitHub's published example payloads.

The npm package @octokit/webhooks-examples (MIT) holds payloads as GitHub delivers them. This script stores chosen ones
the way the Sentinel connectors store a delivery, one row for each, and groups them into recordings by story:

    python tests/sources/github_webhooks.py            # asks npm for the pinned version
    python tests/sources/github_webhooks.py PACKAGE    # reads a tarball, or a folder it was unpacked into

The result depends on nothing but the package and this file. Payloads are stored as published, with these exceptions:
secrets, keys, mail addresses and the names of real people are replaced, and null members of the top level are left out,
as the connector does. Delivery times are the payloads' own, moved to one day.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from github_stories import CLOUD, SERVER, STORIES, V2, Pick, Story

PACKAGE = "@octokit/webhooks-examples"
VERSION = "7.6.1"
INTEGRITY = "sha512-De6U3XB6O3DtCa7bKgCMzTHdeopqqZ6SNivMYJnK65ierKL1AnNIA0tkRYCRS7lwGT792d+Ps1WbfHlso6MynQ=="

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "tests" / "recordings" / "github"
DAY = datetime(2026, 11, 2, tzinfo=UTC)


# --- the package -------------------------------------------------------------------------------------------------


def download(folder: Path) -> Path:
    """The package's tarball, fetched by npm from whichever registry it is set up with."""
    npm = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(npm, cwd=folder, check=True, capture_output=True, text=True)
    return folder / done.stdout.split()[-1]


def verify(tarball: Path) -> None:
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    found = "sha512-" + base64.b64encode(digest).decode()
    if found != INTEGRITY:
        raise SystemExit(f"{tarball} is not {PACKAGE} {VERSION}: its hash is {found}, not {INTEGRITY}.")


def read_index(package: Path, product: str) -> dict[str, list[dict[str, Any]]]:
    """Event name to example payloads of one product, from a tarball or an unpacked folder."""
    name = f"{product}/index.json"
    if package.is_dir():
        text = (package / name).read_text(encoding="utf-8")
    else:
        with tarfile.open(package) as archive:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{package} has no {name}.")
            text = member.read().decode("utf-8")
    return {entry["name"]: entry["examples"] for entry in json.loads(text)}


# --- nobody's secrets, nobody's names -------------------------------------------------------------------------------

FICTIONAL = {
    *("Codertocat", "Octocoders", "octocat", "octo-org", "hacktocat", "hellomouse", "Mona Lisa"),
    *("github", "GitHub", "github-pages[bot]", "web-flow"),  # GitHub's own
}
PSEUDONYM, PSEUDONYMOUS_ID, MAIL_ADDRESS = "octo-developer", 1000001, "octo-author@example.com"
SECRET_KEYS = {"secret", "token", "access_token", "client_secret", "webhook_secret", "pem", "signature"}
MAIL = re.compile(r"(?<![\w.+-])(?!git@)[\w.+-]+@(?!example\.com)[\w-]+(?:\.[\w-]+)+")
KEY = re.compile(r"^(ssh-[a-z0-9]+) \S+")
ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")


def anonymous(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with one pseudonym for every account that GitHub did not invent, in addresses and names too.

    A few of the examples come from the community and name their contributors.
    """
    text = json.dumps(payload, ensure_ascii=False)
    for account in accounts_in(payload):
        if account["login"] not in FICTIONAL:
            text = text.replace(account["login"], PSEUDONYM)
            text = re.sub(rf"\b{account['id']}\b", str(PSEUDONYMOUS_ID), text)
    return json.loads(text)


def accounts_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "login" in value and "id" in value:
            yield value
        for member in value.values():
            yield from accounts_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from accounts_in(member)


def scrub(value: Any, key: str = "") -> Any:
    """The value without secrets, keys, mail addresses and authors' names. Refuses an IP address."""
    if isinstance(value, dict):
        author = key in {"author", "committer", "pusher"}
        return {
            name: scrub(member, "author_name" if author and name == "name" else name) for name, member in value.items()
        }
    if isinstance(value, list):
        return [scrub(member, key) for member in value]
    if not isinstance(value, str) or not value:
        return value
    if key in SECRET_KEYS:
        return "REDACTED"
    if key == "author_name" and value not in FICTIONAL:
        return PSEUDONYM
    if ADDRESS.search(value):
        raise SystemExit(f"{key} holds an IP address: {value!r}.")
    return MAIL.sub(MAIL_ADDRESS, KEY.sub(r"\1 REDACTED", value))


# --- from payload to row --------------------------------------------------------------------------------------------

DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$")
GUID = re.compile(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


def column(key: str, value: Any) -> tuple[str, Any]:
    """Name and value of the column that the Data Collector API makes of one top-level member."""
    if isinstance(value, bool):
        return f"{key}_b", value
    if isinstance(value, int | float):
        return f"{key}_d", value
    if isinstance(value, str):
        suffix = "t" if DATE.match(value) else "g" if GUID.match(value) else "s"
        return f"{key}_{suffix}", value
    return f"{key}_s", json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_row(pick: Pick, payload: dict[str, Any], delivered: datetime, table: str) -> dict[str, Any]:
    members = [column(key, value) for key, value in scrub(anonymous(payload)).items() if value is not None]
    row: dict[str, Any] = {"TimeGenerated": delivered.strftime("%Y-%m-%dT%H:%M:%SZ"), **dict(members)}
    if table == V2:
        row["event_s"] = pick.event
        known = columns_of(table)
        row = {name: value for name, value in row.items() if name in known}
    else:
        row["SourceSystem"] = "RestAPI"
    row["Type"] = table
    return row


def columns_of(table: str) -> dict[str, str]:
    path = ROOT / "catalog" / "tables" / f"{table}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["columns"]


# --- time -----------------------------------------------------------------------------------------------------------

CONTEXT = {"repository", "organization", "sender", "installation"}  # their dates say when *they* were made


def dates_in(value: Any) -> Iterator[datetime]:
    if isinstance(value, dict):
        for member in value.values():
            yield from dates_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from dates_in(member)
    elif isinstance(value, str) and DATE.match(value):
        yield datetime.fromisoformat(value).astimezone(UTC)


def own_time(payload: dict[str, Any]) -> datetime:
    """When the event happened by the payload's own dates; those of its context when it has no others."""
    subject = {key: value for key, value in payload.items() if key not in CONTEXT}
    found = list(dates_in(subject)) or list(dates_in(payload))
    return max(found, default=datetime(2020, 1, 1, 12, tzinfo=UTC))


def delivery_times(payloads: list[dict[str, Any]]) -> list[datetime]:
    """The first event at its own time of day; the others at their own distance where that is up to ten minutes.

    The examples span years, a recording one day, so a longer distance, or one backwards, becomes a minute.
    """
    times: list[datetime] = []
    previous: datetime | None = None
    for payload in payloads:
        own = own_time(payload)
        if previous is None:
            times.append(datetime.combine(DAY, time(own.hour, own.minute, own.second), tzinfo=UTC))
        else:
            distance = own - previous
            near = timedelta(0) < distance <= timedelta(minutes=10)
            times.append(times[-1] + (distance if near else timedelta(minutes=1)))
        previous = own
    return times


# --- writing --------------------------------------------------------------------------------------------------------


def describe(story: Story, times: list[datetime]) -> dict[str, Any]:
    hour = timedelta(hours=1)
    # A run of a rule sees what happened after its start, so no row may lie on it.
    start = (times[0] - timedelta(seconds=1)).replace(minute=0, second=0)
    end = times[-1].replace(minute=0, second=0) + 2 * hour
    products = " and ".join(sorted({pick.product for pick in story.picks}))
    return {
        "title": story.title,
        "description": story.description,
        **({"peaceful": True} if story.peaceful else {}),
        "provenance": {
            "kind": "vendor-sample",
            "source": f"npm package {PACKAGE}, examples of {products}",
            "how": "tests/sources/github_webhooks.py",
            "versions": {PACKAGE: VERSION},
        },
        "period": {"from": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "to": end.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "tables": [story.table],
    }


def write(story: Story, indexes: dict[str, dict[str, list[dict[str, Any]]]], output: Path) -> int:
    payloads = [indexes[pick.product][pick.event][pick.index] for pick in story.picks]
    times = delivery_times(payloads)
    deliveries = zip(story.picks, payloads, times, strict=True)
    rows = [to_row(pick, payload, when, story.table) for pick, payload, when in deliveries]
    folder = output / story.name
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows]
    (folder / f"{story.table}.ndjson").write_text("".join(lines), encoding="utf-8")
    text = yaml.safe_dump(describe(story, times), sort_keys=False, allow_unicode=True, width=110)
    (folder / "recording.yaml").write_text(text, encoding="utf-8")
    return len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", nargs="?", type=Path, help="tarball or unpacked folder; without it, npm is asked")
    parser.add_argument("--output", type=Path, default=RECORDINGS, help="where to write (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = arguments.package or download(Path(folder))
        if package.is_file():
            verify(package)
        elif not (package / "package.json").is_file():
            raise SystemExit(f"{package} is neither a tarball nor the unpacked package.")
        indexes = {product: read_index(package, product) for product in (CLOUD, SERVER)}
    for story in STORIES:
        print(f"{story.name}: {write(story, indexes, arguments.output)} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
