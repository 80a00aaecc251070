"""What stands under a name."""

from __future__ import annotations

import pytest

from masthead.workspace.record.positions import (
    Position,
    announces_secret,
    names_members_freely,
    position_of,
)


@pytest.mark.parametrize(
    ("position", "names"),
    [
        (Position.PERSON, "Caller UserPrincipalName user_login userName actor mail createdBy Identity"),
        (
            Position.OWN,
            "Computer HostName host ClusterName _ResourceId repo org resource_group SubscriptionName groups",
        ),
        (Position.NAME, "name ObjectName displayName PodName namespace Image branch"),
        (Position.SECRET, "secret password clientSecret Authorization apiKey"),
        (Position.MEASURE, "size created_at durationMs EventID TotalCount ResponseCode"),
        (Position.ID, "id actor_id installationId number"),
        (Position.ANY, "OperationName ProductName AlertName verb Category Text AppDisplayName secret_type tokens"),
    ],
)
def test_what_stands_under_a_name(position, names):
    assert {name: position_of(name) for name in names.split()} == dict.fromkeys(names.split(), position)


def test_what_stands_within_somebody():
    assert position_of("name", Position.PERSON) is Position.PERSON
    assert position_of("displayName", Position.PERSON) is Position.PERSON
    assert position_of("type", Position.PERSON) is Position.ANY
    assert position_of("name", Position.OWN) is Position.NAME
    assert position_of("size", Position.PERSON) is Position.MEASURE


def test_who_chooses_the_names_of_members():
    assert [
        name for name in ("labels", "annotations", "matchLabels", "tags", "spec") if names_members_freely(name)
    ] == [
        "labels",
        "annotations",
        "matchLabels",
        "tags",
    ]


def test_what_announces_a_secret():
    names = ("DB_PASSWORD", "github-token", "storageConnectionString", "MODE", "User-Agent")
    assert [name for name in names if announces_secret(name)] == list(names[:3])
