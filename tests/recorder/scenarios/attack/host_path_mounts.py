"""Folders of the node, mounted into pods."""

from recorder.objects import made, pod_spec_on_host, workload
from recorder.people import BOB, FLUX, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage

ALPINE = "docker.io/library/alpine:3.22"


@scenario(
    title="Pods mount sensitive folders of their node",
    use_case="pod-security",
    techniques=["T1610", "T1611"],
    detect="a pod, or a template of pods, with a hostPath volume on /, /etc/kubernetes or the container runtime's "
    "socket, made by a person",
)
def play(stage: Stage) -> None:
    """Mallory mounts the node's root into a pod in the namespace analytics, the container runtime's socket into a
    Deployment there, and /etc/kubernetes into a pod in ci. Bob's Deployment in the shop mounts /etc; it is taken, but
    the Pod Security Standard baseline refuses its pods. GitOps rolls out a log shipper that reads the nodes' /var/log,
    as such agents must.
    """
    stage.at("09:06:30")
    shipper = pod_spec_on_host("/var/log", "registry.contoso.example/platform/log-shipper:3.1", "log-shipper")
    stage.play_as(FLUX).apply(workload("DaemonSet", "log-shipper", "monitoring", shipper), "kustomize-controller")

    stage.at("09:14:20")
    tuner = workload("Deployment", "tuner", "shop", pod_spec_on_host("/etc", ALPINE))
    stage.play_as(BOB).kubectl("apply", "-f", "-", given=tuner)

    mallory = stage.play_as(MALLORY)
    stage.at("09:22:10")
    root = made("Pod", "disk-check", "analytics", spec=pod_spec_on_host("/", ALPINE))
    mallory.kubectl("apply", "-f", "-", given=root)
    stage.wait_for_pod("analytics", "disk-check")
    stage.at("09:22:58")
    mallory.kubectl("exec", "-n", "analytics", "disk-check", "--", "chroot", "/host", "sh", "-c", "cat /etc/shadow")

    stage.at("09:31:05")
    socket = workload(
        "Deployment", "builder", "analytics", pod_spec_on_host("/var/run/containerd/containerd.sock", ALPINE)
    )
    mallory.kubectl("create", "-f", "-", given=socket)

    stage.at("09:44:40")
    settings = made("Pod", "config-check", "ci", spec=pod_spec_on_host("/etc/kubernetes", ALPINE))
    mallory.kubectl("apply", "-f", "-", given=settings)
