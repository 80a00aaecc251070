"""Pods that say they come from a file on a node."""

from recorder.client import Object
from recorder.objects import made, pod_spec, pod_spec_on_host
from recorder.people import MALLORY, NODE_NAMES, node
from recorder.scenario import scenario
from recorder.stage import Stage

KUBELET = "kubelet/v1.37.2 (linux/amd64) kubernetes/$Format"
ALPINE = "docker.io/library/alpine:3.22"


@scenario(
    title="Mirror pods of static pods appear",
    use_case="kubelet-activity",
    techniques=["T1610", "T1543.005", "T1036.005"],
    detect="a mirror pod that is not one of the platform's, or is made by somebody else than a kubelet at its node's "
    "address",
    honesty="The files on the nodes are not there; what the kubelets tell of them is.",
)
def play(stage: Stage) -> None:
    """A kubelet tells of the static pod that its node has had since an upgrade, an approved one. Then a node's stolen
    certificate is used from outside: it is refused a pod on another node and a pod that is no mirror, and makes a
    mirror pod that mounts the node's root. Mallory makes one too, with kubectl, to look like what the platform runs.
    """
    uids = {one["metadata"]["name"]: one["metadata"]["uid"] for one in stage.cluster.recorder.list("Node")}
    detector = pod_spec("mcr.microsoft.com/oss/v2/kubernetes/node-problem-detector:v1.35.1", "detector")

    stage.at("09:07:30")
    kubelet = stage.play_as(node(0), agent=KUBELET)
    kubelet.create(_mirror_pod("node-problem-detector", 0, uids, detector))

    thief = stage.play_as(node(1), address="203.0.113.150", agent="curl/8.16.0")
    root = pod_spec_on_host("/", ALPINE)
    stage.at("09:24:10")
    thief.create(_mirror_pod("kube-proxy", 2, uids, root), refused=403)
    stage.at("09:25:40")
    thief.create(made("Pod", "kube-proxy", "kube-system", spec=root | {"nodeName": NODE_NAMES[1]}), refused=403)
    stage.at("09:29:55")
    thief.create(_mirror_pod("kube-proxy", 1, uids, root))

    stage.at("09:43:20")
    made_up = _mirror_pod("etcd-backup", 2, uids, pod_spec_on_host("/etc/kubernetes", ALPINE))
    stage.play_as(MALLORY).kubectl("apply", "-f", "-", given=made_up)


def _mirror_pod(name: str, number: int, uids: dict[str, str], spec: Object) -> Object:
    """The pod that a kubelet makes for a file that it found: bound to its node, owned by it, without an account."""
    host = NODE_NAMES[number]
    digest = "7d3c1f0a9b8e4652" * 2
    sources = {"hash": digest, "mirror": digest, "seen": "2026-11-03T07:00:00.000000000Z", "source": "file"}
    pod = made("Pod", f"{name}-{host}", "kube-system", spec=spec | {"nodeName": host, "enableServiceLinks": False})
    pod["metadata"] |= {
        "annotations": {f"kubernetes.io/config.{key}": value for key, value in sources.items()},
        "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": host, "uid": uids[host], "controller": True}],
    }
    return pod
