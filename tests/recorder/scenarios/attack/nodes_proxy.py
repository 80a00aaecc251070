"""Kubelets, pods and services, reached through the API server."""

from recorder.people import AMA_LOGS, BOB, MALLORY, NODE_NAMES, PROMETHEUS
from recorder.scenario import scenario
from recorder.stage import Stage

ANYTHING = {"Accept": "*/*"}


@scenario(
    title="Kubelets and pods are reached through the API server",
    use_case="kubelet-activity",
    techniques=["T1609", "T1613"],
    detect="nodes/proxy, pods/proxy or services/proxy used by a person, above all run and exec on a kubelet",
    honesty="""The simulated kubelet has metrics and logs, but no list of pods and no run: it answers 404 and 405
        where a real one answers 200; and no pod answers, which gives 503.""",
)
def play(stage: Stage) -> None:
    """Bob and Prometheus try the proxy to a kubelet and are refused. Mallory asks the kubelets of all nodes for their
    pods through the API server, reads the log of a pod and runs a command in it by the kubelet's own interface, and
    tries a pod and a service. Beside it the agent of Container Insights fetches metrics of every node the same way, as
    it always does.
    """
    agent = stage.play_as(AMA_LOGS)
    stage.at("09:05:00")
    for name in NODE_NAMES:
        agent.request("GET", f"/api/v1/nodes/{name}/proxy/metrics", headers=ANYTHING)

    first = NODE_NAMES[0]
    stage.at("09:12:30")
    stage.play_as(BOB).kubectl("get", "--raw", f"/api/v1/nodes/{first}/proxy/pods", fails=True)
    stage.play_as(PROMETHEUS).request("GET", f"/api/v1/nodes/{first}/proxy/metrics", refused=403)

    mallory = stage.play_as(MALLORY)
    stage.at("09:23:15")
    for name in NODE_NAMES:
        mallory.kubectl("get", "--raw", f"/api/v1/nodes/{name}/proxy/pods", fails=True)
    stage.at("09:27:40")
    pod = min(stage.pods("shop", "web"), key=lambda one: one["metadata"]["name"])
    web, its_node = pod["metadata"]["name"], pod["spec"]["nodeName"]
    kubelet = f"/api/v1/nodes/{its_node}/proxy"
    mallory.kubectl("get", "--raw", f"{kubelet}/containerLogs/shop/{web}/web")
    mallory.request("POST", f"{kubelet}/run/shop/{web}/web?cmd=id", refused=405)
    stage.at("09:35:00")
    agent.request("GET", f"/api/v1/nodes/{first}/proxy/metrics", headers=ANYTHING)
    stage.at("09:41:20")
    mallory.kubectl("get", "--raw", f"/api/v1/namespaces/shop/pods/{web}:8080/proxy/admin", fails=True)
    mallory.kubectl(
        "get", "--raw", "/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/targets", fails=True
    )
