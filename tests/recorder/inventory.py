"""What Container Insights makes of a cluster's objects: KubePodInventory, KubeNodeInventory, KubeServices, KubeEvents.

The agent is published (https://github.com/microsoft/Docker-Provider, source/plugins/ruby: in_kube_podinventory.rb,
in_kube_nodes.rb, in_kube_events.rb, KubernetesApiClient.rb); what a column holds is what it sends, its peculiarities
included. Columns that it does not send are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recorder import addresses
from recorder.azure import CLUSTER_ID, CLUSTER_NAME, row_of
from recorder.timeline import Timeline

Object = Mapping[str, Any]
"""An object of Kubernetes, as the API server gives it in JSON."""

Rows = list[dict[str, Any]]

SOURCE = "Containers"
"""SourceSystem of what Container Insights sends."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All pods, nodes, services and events (core/v1) of the cluster at one moment: what a round of the agent reads."""

    taken: datetime
    pods: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    services: list[dict[str, Any]]
    events: list[dict[str, Any]]


def inventory_tables(snapshots: Iterable[Snapshot], timeline: Timeline) -> dict[str, Rows]:
    """The rows of the four tables, by time, from snapshots in the order in which they were taken.

    Times and addresses are moved to recorded ones. A round's rows bear the time of its snapshot, to the second; an
    event's row bears the time when the event was created.
    """
    tables: dict[str, Rows] = {"KubePodInventory": [], "KubeNodeInventory": [], "KubeServices": [], "KubeEvents": []}
    known: set[str] = set()
    for snapshot in snapshots:
        now = timeline.move(snapshot.taken).strftime("%Y-%m-%dT%H:%M:%SZ")
        services = _moved(snapshot.services, timeline)
        pods = _moved(snapshot.pods, timeline)
        tables["KubePodInventory"] += [row for pod in pods for row in pod_rows(pod, services, now)]
        tables["KubeNodeInventory"] += [node_row(node, now) for node in _moved(snapshot.nodes, timeline)]
        tables["KubeServices"] += [service_row(service, now) for service in services]
        events = _moved(snapshot.events, timeline)
        warnings = {identity(event): event for event in events if event.get("type") != "Normal"}
        tables["KubeEvents"] += [event_row(event, now) for key, event in warnings.items() if key not in known]
        known = set(warnings)
    return {name: sorted(rows, key=lambda row: row["TimeGenerated"]) for name, rows in tables.items()}


def pod_rows(pod: Object, services: Sequence[Object], now: str) -> Iterator[dict[str, Any]]:
    """A row for each container and init container that the pod's status tells of, or one for a pod without any.

    Ephemeral containers have none: the agent does not look at them.
    """
    metadata, status = pod["metadata"], pod.get("status", {})
    owner = next(iter(metadata.get("ownerReferences", [])), {})
    lost = status.get("reason") == "NodeLost" and any(
        condition["type"] == "Ready" and condition["status"] == "False" for condition in status.get("conditions", [])
    )
    containers = [*status.get("containerStatuses", []), *status.get("initContainerStatuses", [])]
    values = {
        "TimeGenerated": now,
        "Computer": pod.get("spec", {}).get("nodeName", ""),
        "ClusterId": CLUSTER_ID,
        "ClusterName": CLUSTER_NAME,
        "Name": metadata["name"],
        "Namespace": metadata["namespace"],
        "PodUid": metadata["uid"],
        "PodLabel": _text([metadata.get("labels")]),
        "PodCreationTimeStamp": metadata["creationTimestamp"],
        "PodStartTime": status.get("startTime"),
        "PodStatus": _pod_status(pod, lost),
        "PodIp": status.get("podIP", ""),
        "PodRestartCount": sum(container["restartCount"] for container in containers),
        "ServiceName": _service_of(metadata, services),
        "ControllerKind": owner.get("kind"),
        "ControllerName": owner.get("name"),
    }
    if not containers:
        yield row_of("KubePodInventory", SOURCE, values)
    for container in containers:
        # One record is filled again for each container, so one that does not run has the time of the one before it.
        values |= _container_values(metadata["uid"], container, lost)
        yield row_of("KubePodInventory", SOURCE, values)


def node_row(node: Object, now: str) -> dict[str, Any]:
    """The row of a node. Status names the conditions that are true, such as Ready or DiskPressure,Ready."""
    metadata, status = node["metadata"], node["status"]
    conditions = status.get("conditions", [])
    ready = next((each for each in conditions if each["type"] == "Ready"), {})
    provider = node.get("spec", {}).get("providerID", "")
    values = {
        "TimeGenerated": now,
        "Computer": metadata["name"],
        "ClusterId": CLUSTER_ID,
        "ClusterName": CLUSTER_NAME,
        "CreationTimeStamp": metadata["creationTimestamp"],
        "Labels": _text([metadata.get("labels")]),
        "Status": ",".join(each["type"] for each in conditions if each["status"] == "True"),
        "LastTransitionTimeReady": ready.get("lastTransitionTime"),
        "KubernetesProviderID": provider.partition(":")[0] or provider or "onprem",
        "KubeletVersion": status["nodeInfo"]["kubeletVersion"],
        "KubeProxyVersion": status["nodeInfo"].get("kubeProxyVersion"),
    }
    return row_of("KubeNodeInventory", SOURCE, values)


def service_row(service: Object, now: str) -> dict[str, Any]:
    """The row of a service."""
    metadata, spec = service["metadata"], service["spec"]
    values = {
        "TimeGenerated": now,
        "ClusterId": CLUSTER_ID,
        "ClusterName": CLUSTER_NAME,
        "ServiceName": metadata["name"],
        "Namespace": metadata["namespace"],
        "ServiceType": spec.get("type", ""),
        "ClusterIp": spec.get("clusterIP", ""),
        "SelectorLabels": _text([spec.get("selector", [])]),
    }
    return row_of("KubeServices", SOURCE, values)


def event_row(event: Object, now: str) -> dict[str, Any]:
    """The row of an event.

    The agent reads the old fields of events. What writes the new ones only, as the scheduler does (`eventTime`,
    `reportingComponent`, `series`), has neither FirstSeen, LastSeen and Count nor a SourceComponent.
    """
    involved, source = event["involvedObject"], event.get("source", {})
    count = event.get("count")
    values = {
        "TimeGenerated": event["metadata"].get("creationTimestamp", now),
        "Computer": source.get("host", ""),
        "ClusterId": CLUSTER_ID,
        "ClusterName": CLUSTER_NAME,
        "ObjectKind": involved.get("kind"),
        "Namespace": involved.get("namespace"),
        "Name": involved.get("name"),
        "Reason": event.get("reason"),
        "Message": event.get("message"),
        "KubeEventType": event.get("type"),
        "SourceComponent": source.get("component", ""),
        "FirstSeen": event.get("firstTimestamp"),
        "LastSeen": event.get("lastTimestamp"),
        "Count": None if count is None else float(count),
    }
    return row_of("KubeEvents", SOURCE, values)


def identity(event: Object) -> str:
    """What the agent knows an event by: the same event with a higher count is sent again."""
    return f"{event['metadata']['uid']}/{event.get('count', '')}"


def _container_values(pod_uid: str, container: Object, lost: bool) -> dict[str, Any]:
    # A container whose state says nothing is waiting: so the API defines it.
    state, details = next(iter(container.get("state", {}).items()), ("waiting", {}))
    values = {
        "ContainerID": container.get("containerID", "").partition("//")[2],
        "ContainerName": f"{pod_uid}/{container['name']}",
        "ContainerRestartCount": container["restartCount"],
        "ContainerStatus": "Unknown" if lost else state,
        "ContainerStatusReason": "" if state == "running" else details.get("reason", ""),
        "ContainerLastStatus": _text(_last_state(container.get("lastState", {}))),
    }
    return values | ({"ContainerCreationTimeStamp": details.get("startedAt")} if state == "running" else {})


def _last_state(last: Object) -> dict[str, Any]:
    told = ("reason", "startedAt", "finishedAt")
    for state, details in last.items():
        if all(name in details for name in told):
            return {"lastState": state, **{name: details[name] for name in told}}
    return {}


def _pod_status(pod: Object, lost: bool) -> str | None:
    if lost:
        return "Unknown"
    return "Terminating" if pod["metadata"].get("deletionTimestamp") else pod.get("status", {}).get("phase")


def _service_of(metadata: Object, services: Sequence[Object]) -> str:
    """The first service of the namespace that selects the pod."""
    labels = metadata.get("labels", {}).items()
    for service in services:
        selector = service["spec"].get("selector", {})
        if selector and service["metadata"]["namespace"] == metadata["namespace"] and selector.items() <= labels:
            return service["metadata"]["name"]
    return ""


def _moved(objects: list[dict[str, Any]], timeline: Timeline) -> list[dict[str, Any]]:
    return json.loads(addresses.move_text(timeline.move_text(json.dumps(objects, ensure_ascii=False))))


def _text(value: Any) -> str:
    """What stands in a column of text for what the agent sends as a structure."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
