"""Whole namespaces are deleted."""

from recorder.people import ALICE, CAROL, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Namespaces are deleted with all that is in them",
    use_case="cluster-health",
    techniques=["T1485"],
    detect="a namespace that is not a short-lived one deleted by a person",
)
def play(stage: Stage) -> None:
    """Alice makes a namespace for a preview and deletes it half an hour later. Carol is refused when she deletes
    staging. Mallory deletes staging and payments; the namespace controller then deletes all that was in them.
    """
    alice, mallory = stage.play_as(ALICE), stage.play_as(MALLORY)

    stage.at("09:05:00")
    alice.kubectl("create", "namespace", "preview-1207")
    alice.kubectl(
        "create", "deployment", "web", "-n", "preview-1207", "--image=registry.contoso.example/shop/web:4.3.0"
    )
    stage.at("09:24:10")
    stage.play_as(CAROL).kubectl("delete", "namespace", "staging", fails=True)
    stage.at("09:35:00")
    alice.kubectl("delete", "namespace", "preview-1207")

    stage.at("09:44:31")
    mallory.kubectl("get", "namespaces")
    mallory.kubectl("delete", "namespace", "staging", seconds=60)
    stage.at("09:46:12")
    mallory.kubectl("delete", "namespace", "payments", seconds=60)
