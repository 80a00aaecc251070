"""Requests without credentials."""

from recorder.objects import pod
from recorder.people import CAROL
from recorder.scenario import scenario
from recorder.stage import Stage

OPEN = ("/healthz", "/livez", "/readyz", "/version")
CLOSED = (
    "/", "/api", "/apis", "/api/v1", "/metrics", "/logs", "/debug/pprof/", "/api/v1/namespaces", "/api/v1/pods",
    "/api/v1/secrets", "/api/v1/namespaces/kube-system/secrets", "/api/v1/namespaces/kube-system/configmaps",
    "/api/v1/nodes", "/apis/apps/v1/deployments", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
)  # fmt: skip


@scenario(
    title="Requests without credentials",
    use_case="api-server",
    techniques=["T1190", "T1613"],
    detect="requests of system:anonymous that ask for resources, above all those that were let in",
)
def play(stage: Stage) -> None:
    """Somebody on the internet calls the API server without credentials: what is open to all is not logged, what is
    closed is refused with 403. He asks for lists, for one secret, and tries to make a pod. Another one asks for what
    web servers have and an API server has not. Beside it a load balancer probes /readyz every few minutes, and Carol,
    whose sign-in has run out, asks for the pods of the shop once without a token.
    """
    probe = stage.stranger("192.0.2.4", agent="Go-http-client/2.0")
    stage.at("09:05:00")
    probe.request("GET", "/readyz")
    stage.at("09:12:30")
    stage.stranger(CAROL.address, agent="kubectl/v1.37.2 (linux/amd64) kubernetes/$Format").list(
        "Pod", "shop", refused=403
    )

    stranger = stage.stranger("203.0.113.151")
    stage.at("09:21:15")
    for path in OPEN:
        stranger.request("GET", path)
    for path in CLOSED:
        stranger.request("GET", path, refused=403)
    stage.at("09:24:40")
    stranger.get("Secret", "ledger-db", "payments", refused=403)
    stranger.create(pod("miner", "default", "docker.io/library/alpine:3.22"), refused=403)
    stranger.request("GET", "/api/v1/nodes/aks-nodepool1-12345678-vmss000000/proxy/pods", refused=403)

    stage.at("09:30:00")
    probe.request("GET", "/readyz")
    stage.at("09:41:05")
    scanner = stage.stranger("203.0.113.152", agent="Mozilla/5.0 zgrab/0.x")
    for path in ("/.env", "/.git/config", "/login", "/v1/agent/self", "/containers/json"):
        scanner.request("GET", path, refused=403)
