"""A certificate of a node, asked for and approved by a person."""

import base64

from recorder.client import Object
from recorder.objects import binding, made, subject
from recorder.people import BOB, MALLORY, NODE_NAMES, node
from recorder.scenario import scenario
from recorder.stage import Stage

CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET = "kubernetes.io/kube-apiserver-client-kubelet"
MISSING = "aks-nodepool1-12345678-vmss000009"


@scenario(
    title="A kubelet's certificate is requested and approved by hand",
    use_case="kubelet-activity",
    techniques=["T1078", "T1550"],
    detect="a request for a client certificate by a person, and its approval by one, above all in the name of a node",
)
def play(stage: Stage) -> None:
    """Bob may not ask for certificates. Mallory asks for one in the group system:masters, which the API server refuses
    to anybody. Then he asks for one of a node that does not exist: the controller approves it by itself, because he may
    do everything, this too. By the signer of other clients he asks for one of that node again and for one of a
    controller, and approves both by kubectl. Beside it a kubelet renews its own certificate, which the controller
    approves.
    """
    stage.cluster.recorder.create(
        binding(
            "kubelets-renew", "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
            [subject("Group", "system:nodes")],
        )
    )  # fmt: skip
    stage.at("09:08:20")
    kubelet = stage.play_as(node(1), agent="kubelet/v1.37.2 (linux/amd64) kubernetes/$Format")
    kubelet.create(_request(stage, "csr-vmss000001", f"system:node:{NODE_NAMES[1]}", "system:nodes", KUBELET))

    stage.at("09:14:10")
    stage.play_as(BOB).kubectl("create", "-f", "-", given=_request(stage, "bob", "bob", "dev", CLIENT), fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:25:30")
    mallory.kubectl("create", "-f", "-", given=_request(stage, "admin", "admin", "system:masters", CLIENT), fails=True)
    asked = (
        ("09:27:05", _request(stage, "node-csr-8", f"system:node:{MISSING}", "system:nodes", KUBELET)),
        ("09:34:20", _request(stage, "node-csr-9", f"system:node:{MISSING}", "system:nodes", CLIENT)),
        ("09:41:45", _request(stage, "controller", "system:kube-controller-manager", "ops", CLIENT)),
    )
    for clock, request in asked:
        name = request["metadata"]["name"]
        stage.at(clock)
        mallory.kubectl("create", "-f", "-", given=request)
        stage.settle()
        mallory.kubectl("certificate", "approve", name)
        stage.settle()
        mallory.kubectl("get", "csr", name, "-o", "jsonpath={.status.certificate}")


def _request(stage: Stage, name: str, user: str, group: str, signer: str) -> Object:
    pem = stage.certificate_request(user, [group])
    spec = {
        "request": base64.b64encode(pem).decode(),
        "signerName": signer,
        "usages": ["digital signature", "client auth"],
    }
    return made("CertificateSigningRequest", name, spec=spec)
