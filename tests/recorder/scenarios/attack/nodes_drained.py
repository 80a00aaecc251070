"""Nodes are drained so that nothing is left to run on."""

from recorder.people import ALICE, BOB, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage

QUICKLY = ("--force", "--delete-emptydir-data", "--ignore-daemonsets", "--grace-period=0", "--timeout=10s")


@scenario(
    title="Nodes are cordoned and drained by force",
    use_case="cluster-health",
    techniques=["T1499"],
    detect="several nodes cordoned and their pods evicted or deleted within minutes by one person",
)
def play(stage: Stage) -> None:
    """Alice drains one node in the orderly way and takes it into service again ten minutes later. Bob is refused when
    he cordons a node. Then Mallory cordons two nodes and drains both by force, without evictions, so that budgets are
    of no help and most pods wait for room on the third.
    """
    first, second, third = stage.nodes
    alice, mallory = stage.play_as(ALICE), stage.play_as(MALLORY)

    stage.at("09:10:05")
    alice.kubectl("drain", third, "--ignore-daemonsets", "--delete-emptydir-data")
    stage.at("09:20:30")
    alice.kubectl("uncordon", third)

    stage.at("09:28:12")
    stage.play_as(BOB).kubectl("cordon", first, fails=True)

    stage.at("09:41:20")
    mallory.kubectl("cordon", first, second)
    stage.at("09:42:03")
    mallory.kubectl("drain", first, *QUICKLY, "--disable-eviction")
    stage.at("09:43:15")
    mallory.kubectl("drain", second, *QUICKLY, "--disable-eviction")
