"""Debug containers in pods, and debug pods on nodes."""

from recorder.people import ALICE, BOB, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage

BUSYBOX = "docker.io/library/busybox:1.37"


@scenario(
    title="Debug containers are put into pods and onto nodes",
    use_case="pod-security",
    techniques=["T1609", "T1610", "T1611"],
    detect="a change of pods/ephemeralcontainers by a person, above all with an image that is not approved, and a pod "
    "called node-debugger-… which has the node's root",
    honesty="The simulated kubelet does not start ephemeral containers, and nothing runs in the debug pods.",
)
def play(stage: Stage) -> None:
    """Mallory is refused a debug container in payments, which is held to the Pod Security Standard restricted, puts one
    beside a process of the shop, and then debugs two nodes: one from the namespace default, one from kube-system with
    the profile sysadmin and a terminal. Bob is refused in the shop, because a developer's role does not cover it. Alice
    debugs a pod of the shop with the approved image.
    """
    stage.at("09:07:40")
    image = "registry.contoso.example/platform/debug:1.4"
    stage.play_as(ALICE).kubectl(*_debug("shop", stage.pod("shop", "cart"), "cart", image, "restricted"))

    stage.at("09:15:25")
    catalog = stage.pod("shop", "catalog")
    stage.play_as(BOB).kubectl(*_debug("shop", catalog, "catalog", BUSYBOX, "baseline"), fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:24:50")
    mallory.kubectl(*_debug("payments", "ledger-0", "ledger", BUSYBOX, "general"), fails=True)
    stage.at("09:26:35")
    mallory.kubectl(*_debug("shop", stage.pod("shop", "orders"), "orders", BUSYBOX, "baseline"))

    stage.at("09:38:10")
    mallory.kubectl("debug", f"node/{stage.nodes[0]}", f"--image={BUSYBOX}", "--", "chroot", "/host", "sh")
    stage.at("09:47:30")
    sysadmin = ["-n", "kube-system", "--profile=sysadmin", "-it"]
    mallory.kubectl("debug", f"node/{stage.nodes[1]}", f"--image={BUSYBOX}", *sysadmin, terminal=True, seconds=5)


def _debug(namespace: str, pod: str, target: str, image: str, profile: str) -> list[str]:
    """The arguments that put a container of `image` beside the container `target` of a pod."""
    options = [f"--target={target}", f"--image={image}", f"--profile={profile}", "--container=debugger"]
    return ["debug", "-n", namespace, pod, *options, "--", "sh"]
