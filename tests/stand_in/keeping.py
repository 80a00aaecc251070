"""A stand-in on disk, so that a demonstration goes on where it was stopped."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from stand_in.accounts import Account, Role
from stand_in.place import LiveWorkspace

if TYPE_CHECKING:
    from stand_in.stand_in import StandIn


def keep(stand_in: StandIn, path: Path) -> None:
    """Write everything but the logs to a JSON file, which only the user can read: secrets of its accounts are in it."""
    azure = stand_in.azure
    stand_in.state.save(
        path,
        {
            "subscription": azure.subscription,
            "tenant": stand_in.directory.tenant,
            "accounts": [
                {**asdict(each), "roles": sorted(each.roles)} for each in stand_in.directory.accounts.values()
            ],
            "groups": sorted(azure.groups),
            "workspaces": [asdict(each) for each in azure.workspaces.values()],
        },
    )


def restore(stand_in: StandIn, path: Path) -> None:
    """Have what `keep` wrote. Raises OSError, ValueError or KeyError for a file that is none of its."""
    data = json.loads(path.read_text(encoding="utf-8"))
    azure, directory = stand_in.azure, stand_in.directory
    workspaces = [LiveWorkspace(**each) for each in data["workspaces"]]
    accounts = [Account(**{**each, "roles": frozenset(map(Role, each["roles"]))}) for each in data["accounts"]]
    stand_in.state.load(data)
    azure.subscription, directory.tenant = data["subscription"], data["tenant"]
    azure.groups = set(data["groups"])
    azure.workspaces = {each.name.lower(): each for each in workspaces}
    directory.accounts = {each.client_id: each for each in accounts}
    stand_in.account = accounts[0]
    stand_in.settle(workspaces[0])
