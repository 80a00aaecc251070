"""Two recordings tell the same when their callers asked the same and were answered the same, up to ids and times."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from recorder.compare import differences, same_path


@pytest.mark.parametrize(
    ("uri", "same"),
    [
        ("/api/v1/namespaces/shop/pods/web-787f7dcc4b-5qmkp/log", "/api/v1/namespaces/shop/pods/web-*/log"),
        ("/api/v1/namespaces/shop/pods/node-shell", "/api/v1/namespaces/shop/pods/node-shell"),
        ("/api/v1/pods?limit=500&resourceVersion=4711", "/api/v1/pods?limit=500&resourceVersion=*"),
        ("/api/v1/pods?timeoutSeconds=431&watch=true", "/api/v1/pods?timeoutSeconds=*&watch=true"),
        ("/x/0b7f6b0c-2f0f-4f3c-8f86-2f4f1f0f7a02", "/x/*"),
    ],
)
def test_what_kubernetes_makes_up_is_the_same(uri, same):
    assert same_path(uri) == same


def request(user: str, verb: str, uri: str, code: int = 200, stage: str = "ResponseComplete") -> dict:
    return {
        "User": {"username": user},
        "Verb": verb,
        "RequestUri": uri,
        "ResponseStatus": {"code": code},
        "Stage": stage,
    }


def recording(folder: Path, *rows: dict) -> Path:
    folder.mkdir()
    with gzip.open(folder / "AKSAudit.ndjson.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def test_names_made_up_and_what_only_reacts_make_no_difference(tmp_path):
    one = recording(
        tmp_path / "one",
        request("mallory", "get", "/pods/web-787f7dcc4b-5qmkp"),
        request("system:kube-scheduler", "update", "/leases/kube-scheduler"),
    )
    other = recording(tmp_path / "other", request("mallory", "get", "/pods/web-787f7dcc4b-pn2gm"))

    assert differences(one, other) == []


def test_another_answer_and_another_number_of_requests_are_differences(tmp_path):
    again = request("mallory", "get", "/pods/web")
    one = recording(tmp_path / "one", again, again, request("bob", "create", "/pods", 403))
    other = recording(tmp_path / "other", again, request("bob", "create", "/pods", 201))

    assert differences(one, other) == [
        f"only in {one}: 1 × mallory get /pods/web → 200",
        f"only in {one}: 1 × bob create /pods → 403",
        f"only in {other}: 1 × bob create /pods → 201",
    ]
