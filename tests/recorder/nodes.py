"""The nodes: kwok in place of each kubelet, with the identity and the address of a node."""

from __future__ import annotations

from pathlib import Path

from recorder.control_plane import ControlPlane, Program, free_port, node_address
from recorder.people import NODE_NAMES, node

STAGES = Path(__file__).with_name("kubelet-stages.yaml")
POD_ADDRESSES = ("192.0.2.64/27", "192.0.2.96/27", "192.0.2.128/27")
"""Where the pods of each node get their addresses: documentation addresses, so nothing has to be moved later."""
INERT = ("sh", "bash", "cat", "id", "env", "ls", "ps", "curl", "wget", "sync", "psql", "nsenter", "chroot", "whoami")


def node_object(number: int) -> dict[str, object]:
    """A node as it registers itself, with the labels that AKS gives it."""
    name = NODE_NAMES[number]
    labels = {
        "agentpool": "nodepool1",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.azure.com/agentpool": "nodepool1",
        "kubernetes.azure.com/cluster": "MC_rg-shop_aks-shop_westeurope",
        "kubernetes.azure.com/mode": "system",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "Standard_D4s_v5",
        "topology.kubernetes.io/region": "westeurope",
        "topology.kubernetes.io/zone": f"westeurope-{number + 1}",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"podCIDR": POD_ADDRESSES[number], "podCIDRs": [POD_ADDRESSES[number]]},
    }


def start_kubelet(plane: ControlPlane, number: int) -> Program:
    """Start the kubelet of a node that exists."""
    who = node(number)
    address = node_address(who)
    port = free_port(address)
    return plane.run(
        "kubelet",
        {
            "kubeconfig": plane.kubeconfig(who),
            "config": STAGES,
            "manage-single-node": NODE_NAMES[number],
            "manage-all-nodes": "false",
            "cidr": POD_ADDRESSES[number],
            "node-ip": who.address,
            "node-name": NODE_NAMES[number],
            "node-port": port,
            "server-address": f"{address}:{port}",
            "node-lease-duration-seconds": 40,
        },
        {"PATH": str(_inert_programs(plane.folder))},
    )


def _inert_programs(folder: Path) -> Path:
    """A folder with programs of the usual names that do nothing: what exec runs is kwok's host, not a container."""
    programs = folder / "inert"
    if not programs.exists():
        programs.mkdir()
        for name in INERT:
            (programs / name).symlink_to("/bin/true")
    return programs
