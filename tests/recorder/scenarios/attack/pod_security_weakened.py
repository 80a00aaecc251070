"""Pod Security Standards, taken off namespaces."""

from recorder.objects import made, pod
from recorder.people import ALICE, BOB, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

LABEL = "pod-security.kubernetes.io"


@scenario(
    title="Namespaces lose their Pod Security Standard",
    use_case="pod-security",
    techniques=["T1562.001", "T1610", "T1611"],
    detect="a label pod-security.kubernetes.io/enforce of a namespace lowered or removed, and a pod that then uses it",
)
def play(stage: Stage) -> None:
    """Bob tries to loosen the shop's Pod Security Standard and is refused. Mallory lowers it to privileged and starts a
    privileged pod that was refused before; he removes the label from payments, and in staging lets everything through
    by a patch that pins an old version and leaves only a warning. Alice tries out by a dry run what the standard
    restricted would mean for all namespaces, and gives analytics the baseline; the pipeline makes a namespace with one.
    """
    alice = stage.play_as(ALICE)
    stage.at("09:04:15")
    strict = f"{LABEL}/enforce=restricted"
    alice.kubectl("label", "--dry-run=server", "--overwrite", "namespace", "--all", strict)
    stage.at("09:08:45")
    alice.kubectl("label", "namespace", "analytics", f"{LABEL}/enforce=baseline", f"{LABEL}/warn=restricted")
    stage.at("09:13:30")
    preview = made("Namespace", "preview", labels={"team": "shop", f"{LABEL}/enforce": "baseline"})
    stage.play_as(PIPELINE).create(preview)

    stage.at("09:18:20")
    bob = stage.play_as(BOB)
    bob.kubectl("label", "--overwrite", "namespace", "shop", f"{LABEL}/enforce=privileged", fails=True)

    mallory = stage.play_as(MALLORY)
    debug = pod("debug", "shop", "docker.io/library/alpine:3.22", securityContext={"privileged": True})
    stage.at("09:24:35")
    mallory.kubectl("apply", "-f", "-", given=debug, fails=True)
    stage.at("09:26:10")
    mallory.kubectl("label", "--overwrite", "namespace", "shop", f"{LABEL}/enforce=privileged")
    stage.at("09:27:05")
    mallory.kubectl("apply", "-f", "-", given=debug)
    stage.at("09:35:50")
    mallory.kubectl("label", "namespace", "payments", f"{LABEL}/enforce-")
    stage.at("09:41:25")
    lowered = {f"{LABEL}/enforce": "privileged", f"{LABEL}/enforce-version": "v1.24", f"{LABEL}/warn": "baseline"}
    mallory.patch("Namespace", "staging", {"metadata": {"labels": lowered}})

    stage.at("09:52:40")
    alice.kubectl("label", "--overwrite", "namespace", "shop", f"{LABEL}/enforce=baseline")
