"""Ways into a pod beside exec."""

from recorder.people import ALICE, DAVE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Somebody attaches to pods and forwards their ports",
    use_case="pod-security",
    techniques=["T1609", "T1613"],
    detect="attach or portforward on pods by somebody who does not do so usually, above all on a database, or by a "
    "service account from an address outside",
    honesty="No container runs behind these pods: the sessions are opened and closed for real, nothing goes through "
    "them.",
)
def play(stage: Stage) -> None:
    """Mallory attaches to a process of the shop and forwards the ports of the payments' database and of Grafana to his
    own machine; a script with the pipeline's stolen token forwards one by SPDY, which is a create where kubectl's is a
    get. Dave, who may only read, is refused both. Alice forwards the port of Prometheus, as she does each morning.
    """
    stage.at("09:03:20")
    alice = stage.play_as(ALICE)
    alice.kubectl("port-forward", "-n", "monitoring", "service/prometheus", ":9090", seconds=3)

    dave = stage.play_as(DAVE)
    stage.at("09:13:15")
    dave.kubectl("port-forward", "-n", "payments", "ledger-0", ":5432", fails=True)
    stage.at("09:14:02")
    dave.kubectl("attach", "-n", "payments", "ledger-0", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:25:50")
    web = stage.pod("shop", "web")
    mallory.kubectl("attach", "-it", "-n", "shop", web, terminal=True, seconds=3)
    stage.at("09:32:30")
    mallory.kubectl("port-forward", "-n", "payments", "pod/ledger-0", ":5432", seconds=3)
    stage.at("09:41:05")
    mallory.kubectl("port-forward", "-n", "monitoring", "deployment/grafana", ":3000", seconds=3)

    stage.at("09:51:45")
    script = stage.play_as(PIPELINE, address="203.0.113.66", agent="python-requests/2.32.5")
    script.stream(f"/api/v1/namespaces/shop/pods/{stage.pod('shop', 'orders')}/portforward?ports=8080")
