"""What the script makes of a payload: columns, times, and nothing that belongs to anybody."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("github_webhooks")


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("created", ("x_s", "created")),
        ("2026-11-02T10:00:00Z", ("x_t", "2026-11-02T10:00:00Z")),
        ("0b7f6b0c-2f0f-4f3c-8f86-2f4f1f0f7a02", ("x_g", "0b7f6b0c-2f0f-4f3c-8f86-2f4f1f0f7a02")),
        (7, ("x_d", 7)),
        (True, ("x_b", True)),
        ({"a": ["ü"]}, ("x_s", '{"a":["ü"]}')),
        ([], ("x_s", "[]")),
    ],
)
def test_a_member_becomes_the_column_that_the_connector_makes(
    script: ModuleType, value: Any, column: tuple[str, Any]
) -> None:
    assert script.column("x", value) == column


def test_secrets_keys_and_addresses_are_replaced(script: ModuleType) -> None:
    payload = {
        "alert": {"secret": "hunter2", "secret_type": "test"},
        "hook": {"config": {"secret": "s"}},
        "key": {"key": "ssh-ed25519 AAAAC3Nz comment"},
        "commit": {"author": {"name": "Jane Roe", "email": "jane@roe.invalid"}, "url": "git@github.com:octo-org/x.git"},
    }

    assert script.scrub(payload) == {
        "alert": {"secret": "REDACTED", "secret_type": "test"},
        "hook": {"config": {"secret": "REDACTED"}},
        "key": {"key": "ssh-ed25519 REDACTED comment"},
        "commit": {
            "author": {"name": "octo-developer", "email": "octo-author@example.com"},
            "url": "git@github.com:octo-org/x.git",
        },
    }


def test_an_account_that_github_did_not_invent_gets_a_pseudonym_everywhere(script: ModuleType) -> None:
    payload = {
        "sender": {"login": "janeroe", "id": 4711, "avatar_url": "https://avatars.githubusercontent.com/u/4711?v=4"},
        "repository": {"full_name": "janeroe/tools"},
    }

    assert script.anonymous(payload) == {
        "sender": {
            "login": "octo-developer",
            "id": 1000001,
            "avatar_url": "https://avatars.githubusercontent.com/u/1000001?v=4",
        },
        "repository": {"full_name": "octo-developer/tools"},
    }


def test_an_ip_address_is_refused(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"198\.51\.100\.7"):
        script.scrub({"body": "seen from 198.51.100.7"})


def test_events_keep_a_distance_of_up_to_ten_minutes_and_a_minute_otherwise(script: ModuleType) -> None:
    moments = ["2020-05-01T08:30:00Z", "2020-05-01T08:34:00Z", "2021-01-01T00:00:00Z", "2019-01-01T00:00:00Z"]

    times = script.delivery_times([{"alert": {"created_at": moment}} for moment in moments])

    assert times == [datetime(2026, 11, 2, 8, minute, tzinfo=UTC) for minute in (30, 34, 35, 36)]


def test_a_tarball_with_another_hash_is_refused(script: ModuleType, tmp_path: Path) -> None:
    tarball = tmp_path / "package.tgz"
    tarball.write_bytes(b"something else")

    with pytest.raises(SystemExit, match="its hash is"):
        script.verify(tarball)
