"""Linux capabilities that containers ask for."""

from typing import Any

from recorder.objects import pod, pod_spec, workload
from recorder.people import BOB, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

ALPINE = "docker.io/library/alpine:3.22"


@scenario(
    title="Containers ask for powerful capabilities",
    use_case="pod-security",
    techniques=["T1610", "T1611"],
    detect="a container with added capabilities beyond the runtime's own, such as SYS_ADMIN, SYS_PTRACE, NET_ADMIN, "
    "NET_RAW or ALL, made by a person",
)
def play(stage: Stage) -> None:
    """Mallory starts pods with SYS_ADMIN and with ALL capabilities in the namespace analytics, a Deployment with
    SYS_PTRACE and NET_ADMIN, and one that only allows privilege escalation. Bob's pod with NET_RAW is refused in the
    shop by the Pod Security Standard baseline. The pipeline deploys a front end that drops all capabilities but
    NET_BIND_SERVICE, which every standard allows.
    """
    stage.at("09:08:15")
    edge = pod_spec("registry.contoso.example/shop/edge:1.2.0", securityContext=_with("NET_BIND_SERVICE", drop=["ALL"]))
    stage.play_as(PIPELINE).create(workload("Deployment", "edge", "shop", edge))

    stage.at("09:15:50")
    ping = pod("ping", "shop", ALPINE, securityContext=_with("NET_RAW"))
    stage.play_as(BOB).kubectl("apply", "-f", "-", given=ping, fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:23:30")
    mallory.kubectl("apply", "-f", "-", given=pod("mounter", "analytics", ALPINE, securityContext=_with("SYS_ADMIN")))
    stage.at("09:29:05")
    tracer = workload(
        "Deployment", "tracer", "analytics", pod_spec(ALPINE, securityContext=_with("SYS_PTRACE", "NET_ADMIN"))
    )
    mallory.kubectl("apply", "-f", "-", given=tracer)
    stage.at("09:37:40")
    mallory.kubectl("create", "-f", "-", given=pod("tools", "ci", ALPINE, securityContext=_with("ALL")))
    stage.at("09:46:25")
    escalating = {"allowPrivilegeEscalation": True, "runAsUser": 0}
    mallory.kubectl("create", "-f", "-", given=pod("batch", "analytics", ALPINE, securityContext=escalating))


def _with(*added: str, **more: Any) -> dict[str, Any]:
    """The security context of a container with more capabilities."""
    return {"capabilities": {"add": list(added), **more}}
