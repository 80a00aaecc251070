"""A deployment whose process is killed at a request, before or after the service has done what it asks.

See `test_faults` for how many requests are tried.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_in import Effect, Fault
from tooling.workspace.stage import Stage, staged
from tooling.workspace.test_faults import EVERY, names, others_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed")


class Deployer:
    """The process that deploys; `last` is the child that does."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.last: int | None = None
        program = [sys.executable, str(Path(__file__).with_name("deployer.py"))]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def deploy(self) -> int:
        """Deploy in a child; its wait status."""
        assert self._process.stdin and self._process.stdout
        task = {"project": str(self.stage.root), "demo": self.stage.stand_in.described()}
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        self.last = int(self._process.stdout.readline())
        return int(self._process.stdout.readline())

    def kill(self) -> None:
        """Kill the child, as the kernel does: it can do nothing about it."""
        while self.last is None:  # its number is on the way
            pass
        os.kill(self.last, signal.SIGKILL)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("killed")) as stage:
        stage.deploy()
        stage.edit("functions/sign-ins.yaml", "isnotempty(UserPrincipalName)", "isnotempty(IPAddress)")
        stage.edit("watchlists/people.csv", "alice@contoso.example,2027-01-01", "carol,")
        stage.remove("hunting/sign-in/rare.yaml")
        # Another rule in place of this one: it is created, and the old one deleted at the end.
        stage.edit("detections/sign-in/at-once.yaml", "0000-4000-8000-000000000005", "0000-4000-8000-000000000009")
        stage.edit("detections/sign-in/at-once.yaml", "a forbidden account", "an account that nobody has")
        stage.keep()
        yield stage


@pytest.fixture(scope="module")
def deployer(stage: Stage) -> Iterator[Deployer]:
    deployer = Deployer(stage)
    yield deployer
    deployer.close()


@pytest.mark.parametrize("effect", [Effect.KILLED, Effect.KILLED_AFTER])
def test_after_a_death_the_next_run_converges(stage: Stage, deployer: Deployer, effect: Effect) -> None:
    stage.restore()
    assert deployer.deploy() == 0, (stage.root / "said.txt").read_text(encoding="utf-8")
    requests = sum("/oauth2/" not in call.path and "/v2.0/" not in call.path for call in stage.stand_in.calls)
    target = names(stage)
    deaths = 0
    for nth in range(1 + (effect is Effect.KILLED_AFTER), requests + 1, EVERY):
        stage.restore()
        others = others_of(stage)
        deployer.last = None
        with stage.stand_in.faults.during(Fault(effect, nth=nth, call=deployer.kill)):
            status = deployer.deploy()
        if not os.WIFSIGNALED(status):  # renewing the lease takes a request more or less
            continue
        deaths += 1
        assert others_of(stage) == others, f"{effect} at request {nth}: what is not ours was touched"
        assert max(names(stage).values()) == max(target.values()), (
            f"{effect} at request {nth}: something is there twice"
        )
        assert deployer.deploy() == 0, (stage.root / "said.txt").read_text(encoding="utf-8")
        assert names(stage) == target, f"{effect} at request {nth}"
        assert stage.plan(prune=True).steps == ()
    assert deaths > 0
    print(f"{effect}: {deaths} deaths")
