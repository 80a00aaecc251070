"""Programs that attackers use, as their user agents tell."""

from recorder.client import Client
from recorder.objects import made
from recorder.people import ALICE, MALLORY, PIPELINE, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

GO_CLIENT = "{}/v0.0.0 (linux/amd64) kubernetes/$Format"
"""What a program says that uses Kubernetes' own Go client and sets no user agent: the name of its file."""

REQUESTS = "python-requests/2.32.5"
# What early versions said; later ones borrow a browser's.
NUCLEI = "Nuclei - Open-source project (github.com/projectdiscovery/nuclei)"
SQLMAP = "sqlmap/1.9#stable (https://sqlmap.org)"
LISTS = ("Namespace", "Pod", "Secret", "Role", "ClusterRole")


@scenario(
    title="User agents of attack tools",
    use_case="api-server",
    techniques=["T1613", "T1046", "T1550.001"],
    detect="requests whose user agent names an attack tool or a bare scripting library, with a service account's token",
    honesty="""The tools do not run: what they ask is asked with the user agent that their sources set, or that the
        library they use sets by default. kube-hunter and Peirates do not name themselves, and kubeletctl talks to
        kubelets alone, so no audit log has it.""",
)
def play(stage: Stage) -> None:
    """With the token of the shop's front end, from its pod and from outside, somebody tries one tool after the other:
    kube-hunter (which says python-requests), Peirates (Go-http-client, or peirates where it runs its kubectl), kdigger,
    rakkess, and curl; two web scanners come without a token. All but the questions about oneself is refused. Mallory
    uses kubescape, which is let in. Beside it Alice uses k9s, and the pipeline Terraform.
    """
    inside = stage.play_as(WEB)
    stage.at("09:04:30")
    stage.play_as(ALICE, agent="k9s/v0.50.16").list("Pod", "shop")
    stage.play_as(PIPELINE, agent="HashiCorp/1.0 Terraform/1.13.4").get("Deployment", "web", "shop")

    stage.at("09:11:10")
    _lists(inside, REQUESTS)
    stage.at("09:15:45")
    _lists(inside, "Go-http-client/1.1")
    _asks(inside, "Go-http-client/1.1")
    inside.list("Pod", "shop", agent=GO_CLIENT.format("peirates"), refused=403)
    stage.at("09:19:20")
    _asks(inside, GO_CLIENT.format("kdigger"))
    inside.list("Node", agent=GO_CLIENT.format("kdigger"), refused=403)

    outside = stage.play_as(WEB, address="203.0.113.66")
    stage.at("09:26:00")
    _asks(outside, GO_CLIENT.format("rakkess"))
    _lists(outside, "curl/8.16.0")

    stage.at("09:33:50")
    scanner = stage.stranger("203.0.113.154")
    for path in ("/api/v1/pods", "/api/v1/secrets", "/actuator/env", "/debug/pprof/cmdline"):
        scanner.request("GET", path, agent=NUCLEI, refused=403)
    scanner.request("GET", "/api/v1/namespaces/default/pods?limit=1%27%20AND%201=1--", agent=SQLMAP, refused=403)

    stage.at("09:41:15")
    mallory = stage.play_as(MALLORY, agent=GO_CLIENT.format("kubescape"))
    for kind in LISTS:
        mallory.list(kind)


def _lists(who: Client, agent: str) -> None:
    for kind in LISTS:
        who.list(kind, agent=agent, refused=403)


def _asks(who: Client, agent: str) -> None:
    """What one may do in the shop: whoever has an account may ask that."""
    who.create(made("SelfSubjectRulesReview", "", spec={"namespace": "shop"}), agent=agent)
