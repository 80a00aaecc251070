"""Pods in the node's own process, network and IPC namespaces."""

import json

from recorder.objects import pod, pod_spec, workload
from recorder.people import CAROL, FLUX, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage

ALPINE = "docker.io/library/alpine:3.22"


@scenario(
    title="Pods share their node's namespaces",
    use_case="pod-security",
    techniques=["T1610", "T1611"],
    detect="a pod, or a template of pods, with hostPID, hostNetwork or hostIPC, made by a person",
)
def play(stage: Stage) -> None:
    """Mallory starts a pod with hostPID in the namespace analytics and enters the node's first process from it, then a
    Deployment with hostNetwork, and a pod with hostIPC by the overrides of kubectl run. Carol tries hostNetwork in
    staging, where the Pod Security Standard baseline refuses it. GitOps rolls out a DNS cache that needs the host's
    network, in kube-system.
    """
    stage.at("09:05:10")
    cache = pod_spec("registry.k8s.io/dns/k8s-dns-node-cache:1.26.7", "node-cache", of_pod={"hostNetwork": True})
    stage.play_as(FLUX).apply(workload("DaemonSet", "node-local-dns", "kube-system", cache), "kustomize-controller")

    stage.at("09:12:45")
    probe = pod("net-probe", "staging", "registry.contoso.example/shop/tools:1.0", of_pod={"hostNetwork": True})
    stage.play_as(CAROL).kubectl("apply", "-f", "-", given=probe, fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:26:15")
    processes = pod("top", "analytics", ALPINE, of_pod={"hostPID": True}, command=["sleep", "1d"])
    mallory.kubectl("apply", "-f", "-", given=processes)
    stage.wait_for_pod("analytics", "top")
    stage.at("09:27:01")
    mallory.kubectl("exec", "-it", "-n", "analytics", "top", "--", "nsenter", "-t", "1", "-a", "sh", terminal=True)

    stage.at("09:35:30")
    sniffer = workload("Deployment", "metrics-relay", "analytics", pod_spec(ALPINE, of_pod={"hostNetwork": True}))
    mallory.kubectl("create", "-f", "-", given=sniffer)

    stage.at("09:48:20")
    overrides = json.dumps({"spec": {"hostIPC": True}})
    mallory.kubectl("run", "cache-warmer", "-n", "ci", f"--image={ALPINE}", f"--overrides={overrides}", "--", "sh")
