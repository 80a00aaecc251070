"""What goes wrong on a good day: an expired sign-in, a scanner at the door, an agent that asks for too much."""

from __future__ import annotations

from recorder.people import BOB, TRENT
from recorder.scenarios.peace.day.timetable import Timetable, hourly
from recorder.stage import Stage

day = Timetable()
SCANNER = "198.51.100.30"
"""Where the security team's scanner looks from."""


@day.at("07:31:12")
def sign_in_expired(stage: Stage) -> None:
    """Bob's sign-in of Friday is no longer valid: two attempts, then he signs in again."""
    bob = stage.stranger(BOB.address, token="expired-since-friday")  # noqa: S106  # nobody's
    for _ in range(2):
        bob.kubectl("get", "pods", "-n", "shop", fails=True)


@day.at(*hourly(51, since=3, every=8))
def scan(stage: Stage) -> None:
    """The security team's scanner checks that nobody is let in without signing in."""
    scanner = stage.stranger(SCANNER, agent="contoso-exposure-check/2.4 (+https://security.contoso.example)")
    for path in ("/api", "/apis", "/api/v1/namespaces"):
        scanner.request("GET", path, refused=403)
    scanner.request("GET", "/version")


@day.at("11:55:19")
def wrong_cluster(stage: Stage) -> None:
    """Trent meant another cluster; this one knows him and lets him do nothing."""
    stage.play_as(TRENT).kubectl("get", "pods", "-n", "default", fails=True)
