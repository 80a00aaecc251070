"""The log stops, and nobody sees what happens meanwhile."""

from recorder.objects import binding, pod, subject
from recorder.people import ALICE, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="The audit log stops for twenty minutes",
    use_case="audit-logging",
    techniques=["T1562.001"],
    detect="no row of the audit log for many minutes, though the cluster runs and is never silent for one",
    gap=("09:20", "09:40"),
    honesty="""The log was written all the time; its rows from 09:20 to 09:40 were left out of the recording, as they
    are missing in a workspace when the diagnostic setting of a cluster is deleted and made again.""",
)
def play(stage: Stage) -> None:
    """Mallory looks around. From 09:20 to 09:40 no audit events arrive; meanwhile he starts a privileged pod and makes
    himself cluster administrator under another name. Container Insights goes on and shows the pod. After the gap Alice
    finds it and deletes it.
    """
    mallory, alice = stage.play_as(MALLORY), stage.play_as(ALICE)

    stage.at("09:18:25")
    mallory.kubectl("get", "pods", "-A")

    stage.at("09:24:06")
    shell = pod("node-shell", "analytics", "docker.io/library/alpine:3.22", securityContext={"privileged": True})
    mallory.kubectl("apply", "-f", "-", given=shell)
    stage.wait_for_pod("analytics", "node-shell")
    stage.at("09:31:30")
    back_door = binding("audit-reader", "cluster-admin", [subject("User", "backup@contoso.example")])
    mallory.kubectl("apply", "-f", "-", given=back_door)

    stage.at("09:52:10")
    alice.kubectl("get", "pods", "-n", "analytics")
    alice.kubectl("delete", "pod", "node-shell", "-n", "analytics")
