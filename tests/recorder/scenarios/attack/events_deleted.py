"""The cluster's own memory of what happened is wiped."""

from recorder.objects import pod
from recorder.people import BOB, DAVE, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Events are deleted to cover tracks",
    use_case="audit-logging",
    techniques=["T1070"],
    detect="events deleted by a person, one by one or a whole collection",
)
def play(stage: Stage) -> None:
    """Bob looks at events, and Dave, a reader, is refused when he deletes them. Mallory runs a pod in analytics and
    deletes it, and then the events: those of analytics one by one as kubectl does, and those of the shop and of
    kube-system by one request each with a program of his own.
    """
    mallory = stage.play_as(MALLORY)

    stage.at("09:10:00")
    stage.play_as(BOB).kubectl("get", "events", "-n", "shop")
    stage.play_as(DAVE).delete_all("Event", "shop", refused=403)

    stage.at("09:22:05")
    mallory.kubectl("apply", "-f", "-", given=pod("miner", "analytics", "docker.io/library/alpine:3.22"))
    stage.wait_for_pod("analytics", "miner")
    stage.at("09:26:31")
    mallory.kubectl("delete", "pod", "miner", "-n", "analytics")
    stage.at("09:28:10")
    mallory.kubectl("delete", "events", "--all", "-n", "analytics")
    stage.at("09:29:44")
    program = stage.play_as(MALLORY, agent="python-requests/2.32.5")
    program.delete_all("Event", "shop")
    program.delete_all("Event", "kube-system", "fieldSelector=type%3DWarning")
