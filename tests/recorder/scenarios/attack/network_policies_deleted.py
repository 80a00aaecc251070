"""The walls between pods are taken down."""

from recorder.objects import made
from recorder.people import BOB, DAVE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Network policies are deleted, and one is replaced by allow-all",
    use_case="network-security",
    techniques=["T1562.001"],
    detect="a network policy deleted, or one that lets everything in, by a person",
)
def play(stage: Stage) -> None:
    """The pipeline replaces a policy of staging by a stricter one: it makes the new and deletes the old. Bob, who may
    edit the shop, adds a narrow policy there; Dave, a reader, is refused when he deletes one. Mallory deletes the
    policy that isolates payments and changes that of the shop so that all may enter and leave.
    """
    pipeline, bob, mallory = stage.play_as(PIPELINE), stage.play_as(BOB), stage.play_as(MALLORY)

    stage.at("09:06:00")
    old = made("NetworkPolicy", "no-entry", "staging", spec={"podSelector": {}, "policyTypes": ["Ingress"]})
    new = made("NetworkPolicy", "no-traffic", "staging", spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
    pipeline.create(old)
    stage.at("09:15:30")
    pipeline.create(new)
    pipeline.delete("NetworkPolicy", "no-entry", "staging")

    stage.at("09:21:44")
    narrow = {
        "podSelector": {"matchLabels": {"app": "cart"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 8080, "protocol": "TCP"}]}
        ],
    }
    bob.kubectl("apply", "-f", "-", given=made("NetworkPolicy", "web-to-cart", "shop", spec=narrow))
    stage.at("09:27:00")
    stage.play_as(DAVE).kubectl("delete", "networkpolicy", "default-deny", "-n", "payments", fails=True)

    stage.at("09:34:09")
    mallory.kubectl("get", "networkpolicies", "-A")
    mallory.kubectl("delete", "networkpolicy", "default-deny", "-n", "payments")
    stage.at("09:36:50")
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]}
    mallory.kubectl("replace", "-f", "-", given=made("NetworkPolicy", "default-deny", "shop", spec=everything))
