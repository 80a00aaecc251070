"""A pod on every node."""

from recorder.objects import pod_spec, pod_spec_on_host, workload
from recorder.people import ALICE, BOB, FLUX, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage

ALPINE = "docker.io/library/alpine:3.22"


@scenario(
    title="A person puts a pod on every node",
    use_case="pod-security",
    techniques=["T1610", "T1543.005", "T1611"],
    detect="a DaemonSet made by a person and not by GitOps or the platform, above all in kube-system, privileged, or "
    "tolerating every taint",
)
def play(stage: Stage) -> None:
    """Mallory applies a privileged DaemonSet that tolerates every taint in kube-system, under a name like the
    platform's own, and later a plain one in analytics. Bob tries one in monitoring and is refused. GitOps rolls out a
    log shipper as a DaemonSet, and Alice restarts the one of the node exporter.
    """
    stage.at("09:05:50")
    shipper = pod_spec_on_host("/var/log", "registry.contoso.example/platform/log-shipper:3.1", "log-shipper")
    stage.play_as(FLUX).apply(workload("DaemonSet", "log-shipper", "monitoring", shipper), "kustomize-controller")
    stage.at("09:11:20")
    stage.play_as(ALICE).kubectl("rollout", "restart", "daemonset/node-exporter", "-n", "monitoring")

    stage.at("09:19:45")
    watcher = workload("DaemonSet", "watcher", "monitoring", pod_spec(ALPINE))
    stage.play_as(BOB).kubectl("create", "-f", "-", given=watcher, fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:26:30")
    tuner = pod_spec_on_host("/", ALPINE, securityContext={"privileged": True})
    everywhere = {"hostPID": True, "tolerations": [{"operator": "Exists"}], "priorityClassName": "system-node-critical"}
    tuners = workload("DaemonSet", "azure-node-tuner", "kube-system", tuner | everywhere)
    mallory.kubectl("apply", "-f", "-", given=tuners)
    stage.at("09:41:15")
    mallory.kubectl("create", "-f", "-", given=workload("DaemonSet", "prefetch", "analytics", pod_spec(ALPINE)))
