"""What stood in the rows before is found in what is about to be written, however it got there."""

from __future__ import annotations

import pytest

from masthead.content.project import Project
from masthead.workspace.record.leaks import MOST, leaks
from masthead.workspace.record.scrubber import Scrubber
from masthead.workspace.record.vocabulary import vocabulary_of

COLUMNS = {"Caller": "string", "Computer": "string", "Text": "string", "Details": "dynamic"}
ROW = {
    "Caller": "kowalski@fenwick.com",
    "Computer": "prod-cluster",
    "Text": "20.30.40.50 2a01:111::5 1b4e28ba-2fa1-11d2-883f-0016d3cca427 run 1234567890 and 17",
    "Details": {"size": 987654321, "id": 987654321},
}


@pytest.fixture(scope="module")
def scrubber(tmp_path_factory):
    made = Scrubber({"Log": [ROW]}, {"Log": COLUMNS}, vocabulary_of(Project(tmp_path_factory.mktemp("empty"))), b"key")
    made.row("Log", ROW)
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it was Kowalski", ["the word Kow… (8 characters)"]),
        ('{"a":"one\\nkowalski"}', ["the word kow… (8 characters)"]),
        ("on Prod-Cluster", ["the name Pro… (12 characters)"]),
        ("from 20.30.40.50", ["the ipv4 20.… (11 characters)"]),
        ("from 10.0.0.1", ["the ipv4 10.… (8 characters)"]),
        ("from 2a01:111::5", ["the ipv6 2a0… (11 characters)"]),
        ("1B4E28BA-2fa1-11d2-883f-0016d3cca427", ["the guid 1B4… (36 characters)"]),
        ("00000001-2fa1-11d2-883f-0016d3cca427", ["the guid 000… (36 characters)"]),
        ("run 1234567890", ["the word 123… (10 characters)"]),
        ("by jane@corp.com", ["the mailbox jan… (13 characters)"]),
        ("--token=opensesame", ["the secret ope… (10 characters)"]),
    ],
)
def test_what_was_somebodys_is_found(scrubber, text, found):
    assert leaks(text, scrubber) == found


def test_what_was_put_there_is_not(scrubber):
    made = " ".join(str(value) for value in scrubber.row("Log", ROW).values())
    others = "run 17 of 987654321 bytes on a cluster at 127.0.0.1 by jane@corp.example --token=REDACTED git@github.com"
    assert leaks(f"{made} {others}", scrubber) == []


def test_no_more_are_told_than_one_reads(scrubber):
    assert len(leaks(" ".join(f"{each}.0.0.1" for each in range(10, 99)), scrubber)) == MOST
