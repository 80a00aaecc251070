"""More requests than anybody needs."""

from recorder.people import PIPELINE, PROMETHEUS, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

KINDS = ("Pod", "Service", "Endpoints", "Node", "Ingress")


@scenario(
    title="One account floods the API server with lists",
    use_case="api-server",
    techniques=["T1499", "T1613"],
    detect="far more requests of one account in a few minutes than it has ever made, from another address and program",
    honesty="""The requests came one after the other, which the API server's priority and fairness lets pass: it slows
    and refuses (429) only what comes all at once.""",
)
def play(stage: Stage) -> None:
    """The pipeline asks sixty times in a minute whether its rollout is done. Somebody has the token of Prometheus and
    uses it from the internet: in two minutes from 09:31 on he lists pods, services, endpoints, nodes and ingresses of
    the whole cluster 1,440 times. He also tries the front end's token, which is refused 60 times.
    """
    pipeline = stage.play_as(PIPELINE)
    stage.at("09:12:00")
    for _ in range(60):
        pipeline.get("Deployment", "web", "shop")

    flood = stage.play_as(PROMETHEUS, address="203.0.113.66", agent="python-requests/2.32.5")
    for burst in range(12):
        minute, second = divmod(burst * 10, 60)
        stage.at(f"09:{31 + minute}:{second:02}")
        for number in range(120):
            flood.list(KINDS[number % len(KINDS)])

    stage.at("09:34:30")
    other = stage.play_as(WEB, address="203.0.113.66", agent="python-requests/2.32.5")
    for _ in range(60):
        other.list("Pod", refused=403)
