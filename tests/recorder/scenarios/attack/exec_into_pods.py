"""Commands run in pods that are not one's own."""

from recorder.people import ALICE, DAVE, MALLORY, PIPELINE, VELERO, WEB
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Shells are opened in running pods",
    use_case="runtime-security",
    techniques=["T1609", "T1059.013", "T1550.001"],
    detect="exec into pods by somebody who does not do so usually, with a shell or a terminal, into kube-system, or by "
    "a service account from an address outside",
    honesty="No container runs behind these pods: the API server's part of each session is real, what the commands "
    "would have done is not there.",
)
def play(stage: Stage) -> None:
    """Mallory opens shells in a pod of the shop, in the payments' ledger and in CoreDNS. A script with the stolen token
    of the shop's front end is refused, and one with the pipeline's token runs a command in orders from an address
    outside; it speaks SPDY, so that its exec is a create where kubectl's is a get. Dave, who may only read, is refused.
    Alice looks at a file in the ingress controller, and Velero runs the hook before its backup.
    """
    stage.at("09:04:30")
    ingress = stage.pod("ingress", "ingress-nginx")
    stage.play_as(ALICE).kubectl("exec", "-n", "ingress", ingress, "--", "cat", "/etc/nginx/nginx.conf")

    stage.at("09:10:00")
    ledger = "/api/v1/namespaces/payments/pods/ledger-0/exec"
    stage.play_as(VELERO).stream(f"{ledger}?command=sync&container=ledger&stderr=true&stdout=true")

    stage.at("09:16:40")
    stage.play_as(DAVE).kubectl("exec", "-n", "payments", "ledger-0", "--", "ls", "/", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:21:20")
    mallory.kubectl("get", "pods", "--all-namespaces")
    mallory.kubectl("exec", "-it", "-n", "shop", stage.pod("shop", "web"), "--", "sh", terminal=True)
    stage.at("09:24:05")
    mallory.kubectl("exec", "-it", "-n", "payments", "ledger-0", "--", "bash", terminal=True)
    stage.at("09:30:15")
    coredns = stage.pod("kube-system", "coredns")
    mallory.kubectl("exec", "-n", "kube-system", coredns, "--", "sh", "-c", "cat /proc/1/environ")

    stage.at("09:40:30")
    orders = f"/api/v1/namespaces/shop/pods/{stage.pod('shop', 'orders')}/exec"
    dump = f"{orders}?command=sh&command=-c&command=env&stdout=true"
    script = "python-requests/2.32.5"
    stage.play_as(WEB, address="203.0.113.66", agent=script).stream(dump, refused=403)
    stage.at("09:43:10")
    stage.play_as(PIPELINE, address="203.0.113.66", agent=script).stream(dump)
