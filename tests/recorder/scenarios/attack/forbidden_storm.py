"""Hundreds of requests by an account that may do nothing."""

from recorder.kinds import KINDS
from recorder.objects import binding, made, pod, subject
from recorder.people import DAVE, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

NAMESPACES = ("analytics", "default", "kube-system", "monitoring", "payments", "shop", "staging")


@scenario(
    title="A storm of forbidden requests",
    use_case="api-server",
    techniques=["T1613", "T1078"],
    detect="many answers 403 to one account in a short time, over many kinds and namespaces",
)
def play(stage: Stage) -> None:
    """Somebody in a pod of the shop's front end uses its token, which may do nothing, to try everything: every kind in
    every namespace is listed. Then, from outside the cluster, things are made and deleted. Each of two hundred answers
    is 403. Beside it Dave is refused secrets three times, and a dashboard once, as always.
    """
    stage.at("09:08:00")
    for namespace in ("shop", "payments", "staging"):
        stage.play_as(DAVE).list("Secret", namespace, refused=403)

    inside = stage.play_as(WEB)
    stage.at("09:18:25")
    for kind, (_, _, namespaced) in KINDS.items():
        if not kind.startswith("SelfSubject"):
            for namespace in NAMESPACES if namespaced else ("",):
                inside.list(kind, namespace, refused=403)

    outside = stage.play_as(WEB, address="203.0.113.66")
    stage.at("09:29:50")
    for namespace in NAMESPACES:
        outside.create(pod("shell", namespace, "docker.io/library/alpine:3.22"), refused=403)
        outside.create(made("ConfigMap", "probe", namespace, data={}), refused=403)
        admin = binding("web-admin", "admin", [subject("ServiceAccount", WEB.name, WEB.namespace)], namespace)
        outside.create(admin, refused=403)
        outside.delete("Secret", "orders-db", namespace, refused=403)
        outside.delete_all("Pod", namespace, refused=403)
