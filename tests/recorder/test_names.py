"""Names that Kubernetes made up are told the same at every run, whatever they were."""

from __future__ import annotations

import pytest

from recorder.names import Names


def request(user: str, uri: str, answer: dict | None = None) -> dict:
    return {"user": {"username": user}, "requestURI": uri, "responseObject": answer}


def made(name: str) -> dict:
    return {"metadata": {"name": name, "generateName": name[:-5]}}


def run(one: str, two: str) -> list[dict]:
    """A run in which the controller made pods with these endings and mallory then looked at the first of them."""
    controller = "system:serviceaccount:kube-system:replicaset-controller"
    return [
        request(controller, "/pods", made(f"web-787f7dcc4b-{two}")),
        request(controller, "/pods", made(f"web-787f7dcc4b-{one}")),
        request("mallory", f"/pods/web-787f7dcc4b-{one}/exec?command=sh"),
        request("system:node:one", f"/pods/web-787f7dcc4b-{two}/status"),
    ]


def test_two_runs_tell_the_same_names():
    runs = [run("5qmkp", "pn2gm"), run("zzzzz", "22222")]

    told = [[Names(events).move_text(event["requestURI"]) for event in events] for events in runs]

    assert told[0] == told[1]
    assert len(set(told[0])) == 3  # two pods, and the collection that they are made in


def test_a_name_that_stood_before_the_recording_is_told_anew_too():
    before = {"items": [made("cart-7c5669577d-qxk5z")]}

    told = Names([request("bob", "/pods/cart-7c5669577d-qxk5z")], [before]).told

    assert list(told) == ["cart-7c5669577d-qxk5z"]
    assert told["cart-7c5669577d-qxk5z"].startswith("cart-7c5669577d-")
    assert told["cart-7c5669577d-qxk5z"] != "cart-7c5669577d-qxk5z"


@pytest.mark.parametrize("name", ["node-debugger-aks-nodepool1-12345678-vmss000000-xqzkt", "debugger-4wxkz"])
def test_names_that_kubectl_made_up_are_told_anew(name):
    assert list(Names([request("mallory", f"/pods/{name}")]).told) == [name]


def test_names_that_somebody_chose_stay():
    names = Names([request("mallory", "/services/web-https/proxy", {"metadata": {"name": "web-https"}})])

    assert names.move_text("/services/web-https/proxy") == "/services/web-https/proxy"
