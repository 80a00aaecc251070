"""Hundreds of requests with tokens that nobody has."""

from recorder.people import GRAFANA
from recorder.scenario import scenario
from recorder.stage import Stage

PATHS = ("/api/v1/namespaces", "/api/v1/pods", "/api/v1/secrets", "/api/v1/nodes", "/apis/apps/v1/deployments")
RUN_OUT = "what-was-valid-yesterday"


@scenario(
    title="A storm of wrong tokens",
    use_case="api-server",
    techniques=["T1110.001", "T1110.004"],
    detect="many answers 401 to one address in a short time",
)
def play(stage: Stage) -> None:
    """From one address somebody tries one token after the other, in three waves of 150, and none is right: 450 answers
    401, whose rows name no user. Beside it a dashboard asks five times with a token that has run out, until it has a
    new one.
    """
    stage.at("09:10:00")
    dashboard = stage.stranger(GRAFANA.address, agent=GRAFANA.agent, token=RUN_OUT)
    for _ in range(5):
        dashboard.list("Pod", "monitoring", refused=401)
    stage.play_as(GRAFANA).list("Pod", "monitoring")

    guesser = stage.stranger("203.0.113.153", agent="python-requests/2.32.5")
    number = 0
    for clock in ("09:22:10", "09:27:40", "09:33:05"):
        stage.at(clock)
        for _ in range(150):
            number += 1
            token = {"Authorization": f"Bearer guessed-{number:05}"}
            guesser.request("GET", PATHS[number % len(PATHS)], headers=token, refused=401)
