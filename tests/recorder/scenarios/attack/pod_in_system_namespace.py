"""People's pods where only the platform's belong."""

from recorder.objects import made, pod
from recorder.people import ALICE, BOB, FLUX, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage

ALPINE = "docker.io/library/alpine:3.22"


@scenario(
    title="People start pods in kube-system and in default",
    use_case="pod-security",
    techniques=["T1610", "T1036.005"],
    detect="a pod in kube-system or default that a person makes and no controller; it may be called like a system pod",
)
def play(stage: Stage) -> None:
    """Mallory starts a pod in kube-system that is called like kube-proxy's pods, another from a manifest, and one in
    the namespace default. Bob forgets to name his namespace, and is refused in default. Alice restarts CoreDNS, so that
    a controller makes pods in kube-system, and GitOps makes a service account there.
    """
    stage.at("09:06:15")
    stage.play_as(ALICE).kubectl("rollout", "restart", "deployment/coredns", "-n", "kube-system")

    stage.at("09:13:40")
    stage.play_as(FLUX).apply(made("ServiceAccount", "log-shipper", "kube-system"), "kustomize-controller")

    stage.at("09:19:25")
    stage.play_as(BOB).kubectl("run", "tools", f"--image={ALPINE}", "--", "sleep", "1h", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:28:10")
    mallory.kubectl("run", "kube-proxy-x7k2p", "-n", "kube-system", f"--image={ALPINE}", "--", "sleep", "1d")
    stage.wait_for_pod("kube-system", "kube-proxy-x7k2p")
    stage.at("09:29:00")
    mallory.kubectl("exec", "-it", "-n", "kube-system", "kube-proxy-x7k2p", "--", "sh", terminal=True)

    stage.at("09:37:20")
    mallory.kubectl("apply", "-f", "-", given=pod("azure-cni-check", "kube-system", ALPINE))
    stage.at("09:49:55")
    mallory.kubectl("run", "tools", f"--image={ALPINE}", "--", "sleep", "1h")
