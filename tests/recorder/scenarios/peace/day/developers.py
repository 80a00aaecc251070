"""Bob and Carol develop the shop, Dave reads for security, Erin is new: their kubectl from 07:30 to 18:00."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from recorder.objects import made, pod
from recorder.people import BOB, CAROL, DAVE, ERIN, Person
from recorder.scenarios.peace.day.timetable import Timetable
from recorder.stage import Stage

day = Timetable()
TOOLS = "registry.contoso.example/tools/curl:8.16"
APPS = ("web", "catalog", "cart", "orders")


@day.at("07:34:21", "08:26:50", "10:11:03", "11:31:45", "13:08:12", "14:22:39", "15:36:08", "16:51:27", who=BOB)
@day.at("08:03:44", "09:12:06", "10:43:52", "11:17:30", "13:40:18", "14:58:01", "16:05:36", "17:27:13", who=CAROL)
def look_around(stage: Stage, who: Person) -> None:
    """A developer sees how the apps are: what runs, what an app says, why something waits."""
    chance = Random(f"{who.username} {stage.now():%H:%M}")  # noqa: S311  # not for secrets
    namespace, app = chance.choice(("shop", "staging")), chance.choice(APPS)
    looks = (
        ("get", "pods"),
        ("get", "pods", "-o", "wide", "-l", f"app={app}"),
        ("get", "deployments"),
        ("describe", "deployment", app),
        ("describe", "pod", "-l", f"app={app}"),
        ("logs", f"deployment/{app}", "--tail=100"),
        ("logs", "-l", f"app={app}", "--since=10m"),
        ("get", "events", "--sort-by=.lastTimestamp"),
        ("get", "ingress,services"),
        ("rollout", "history", f"deployment/{app}"),
        ("get", "replicasets", "-l", f"app={app}"),
        ("get", "cronjobs,jobs"),
        ("get", "configmap", "web-settings", "-o", "yaml"),
        ("get", "endpointslices"),
    )
    kubectl = stage.play_as(who).kubectl
    for command in chance.sample(looks, k=4):
        stage.wait_until(stage.now() + timedelta(seconds=chance.randint(8, 45)))
        kubectl(*command, "-n", namespace)


@day.at("08:14:32")
def bob_may(stage: Stage) -> None:
    """Bob asks what he may do, looks where he may not, and misspells a pod."""
    bob = stage.play_as(BOB)
    bob.kubectl("auth", "can-i", "create", "deployments", "-n", "shop")
    bob.kubectl("get", "pods", "-n", "payments", fails=True)
    bob.kubectl("get", "pod", "wbe", "-n", "shop", fails=True)


@day.at("08:37:09")
def bob_restarts(stage: Stage) -> None:
    """Bob restarts an app in staging and waits for it."""
    bob = stage.play_as(BOB)
    bob.kubectl("rollout", "restart", "deployment/cart", "-n", "staging")
    bob.kubectl("rollout", "status", "deployment/cart", "-n", "staging", "--timeout=20s")


@day.at("09:05:26", app="web")
@day.at("15:12:50", app="catalog")
def bob_forwards(stage: Stage, app: str) -> None:
    """Bob has a port of an app in staging on his own machine for a while."""
    stage.play_as(BOB).kubectl("port-forward", "-n", "staging", f"service/{app}", ":8080", seconds=2)


@day.at("10:52:17")
def bob_tries_from_inside(stage: Stage) -> None:
    """Bob starts a pod with an approved image in staging, reads what it said, and removes it."""
    bob = stage.play_as(BOB)
    bob.kubectl(
        "run",
        "try-cart",
        "-n",
        "staging",
        f"--image={TOOLS}",
        "--restart=Never",
        "--",
        "curl",
        "-s",
        "http://cart:8080",
    )
    stage.wait_for_pod("staging", "try-cart")
    bob.kubectl("logs", "try-cart", "-n", "staging")
    bob.kubectl("delete", "pod", "try-cart", "-n", "staging")


@day.at("13:14:58")
def bob_reads_a_secret(stage: Stage) -> None:
    """Bob wants to know when a secret was made, and misspells its name."""
    stage.play_as(BOB).kubectl("get", "secret", "strpie", "-n", "shop", fails=True)


@day.at("09:47:35")
def carol_on_a_new_laptop(stage: Stage) -> None:
    """Carol's kubectl is new: it asks for all that there is, and she tries what it shows."""
    carol = stage.play_as(CAROL)
    carol.kubectl("api-resources", "--namespaced=true", "-o", "name")
    carol.kubectl("explain", "deployment.spec.strategy")
    carol.kubectl("get", "all", "-n", "staging")


@day.at("10:16:41")
def carol_tries_a_version(stage: Stage) -> None:
    """Carol tries a version in staging, and takes it back."""
    carol = stage.play_as(CAROL)
    image = "catalog=registry.contoso.example/shop/catalog:2.8.0-rc1"
    carol.kubectl("set", "image", "deployment/catalog", image, "-n", "staging")
    carol.kubectl("rollout", "status", "deployment/catalog", "-n", "staging", "--timeout=20s")
    carol.kubectl("rollout", "undo", "deployment/catalog", "-n", "staging")


@day.at("11:24:08")
def carol_is_refused(stage: Stage) -> None:
    """Carol copies a pod from a web page into staging; the Pod Security Standard refuses its host network."""
    copied = pod(
        "dns-check", "staging", TOOLS, of_pod={"hostNetwork": True, "restartPolicy": "Never"}, command=["sleep", "60"]
    )
    stage.play_as(CAROL).kubectl("apply", "-f", "-", given=copied, fails=True)


@day.at("13:56:24")
def carol_scales(stage: Stage) -> None:
    """Carol tests with two pods in staging, changes a setting for it, and goes back to one."""
    carol = stage.play_as(CAROL)
    carol.kubectl("scale", "deployment/web", "--replicas=2", "-n", "staging")
    carol.kubectl(
        "patch", "configmap", "web-settings", "-n", "staging", "--type=merge", "-p", '{"data":{"theme":"winter"}}'
    )
    stage.settle()
    carol.kubectl("get", "pods", "-l", "app=web", "-n", "staging")
    carol.kubectl("scale", "deployment/web", "--replicas=1", "-n", "staging")


@day.at("15:03:11")
def carol_reports(stage: Stage) -> None:
    """Carol needs the report now and does not wait for its time."""
    carol = stage.play_as(CAROL)
    carol.kubectl("create", "job", "report-now", "--from=cronjob/report", "-n", "shop")
    carol.kubectl("wait", "--for=condition=complete", "job/report-now", "-n", "shop", "--timeout=20s")
    carol.kubectl("delete", "job", "report-now", "-n", "shop")


@day.at("16:29:33")
def carol_cleans_up(stage: Stage) -> None:
    """Carol keeps notes of a test in a ConfigMap of staging, and removes them."""
    carol = stage.play_as(CAROL)
    carol.kubectl("apply", "-f", "-", given=made("ConfigMap", "load-test", "staging", data={"users": "50"}))
    carol.kubectl("delete", "configmap", "load-test", "-n", "staging")


@day.at("08:45:16", "14:35:22")
def dave_reviews(stage: Stage) -> None:
    """Dave reads who may do what, and what runs with which rights."""
    dave = stage.play_as(DAVE)
    for kinds in (
        "roles,rolebindings",
        "clusterroles,clusterrolebindings",
        "pods",
        "networkpolicies",
        "serviceaccounts",
    ):
        dave.kubectl("get", kinds, "--all-namespaces")


@day.at("14:40:57")
def dave_may_not(stage: Stage) -> None:
    """Secrets are not for Dave, which he checks."""
    dave = stage.play_as(DAVE)
    dave.kubectl("auth", "can-i", "list", "secrets", "--all-namespaces", fails=True)
    dave.kubectl("get", "secrets", "-n", "payments", fails=True)


@day.at("09:28:14", let_in=False)
@day.at("15:44:49", let_in=True)
def erin_looks(stage: Stage, let_in: bool) -> None:
    """Erin looks at staging: in the morning nobody has let her in yet."""
    erin = stage.play_as(ERIN)
    erin.kubectl("get", "pods", "-n", "staging", fails=not let_in)
    if let_in:
        erin.kubectl("get", "deployments", "-n", "staging")
