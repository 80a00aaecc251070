"""Ransom: what the shop cannot do without is taken and deleted."""

from recorder.objects import made
from recorder.people import MALLORY, PIPELINE, VELERO, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

DISK = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "32Gi"}}}


@scenario(
    title="Secrets, settings and disks are deleted for ransom",
    use_case="secrets-and-configmaps",
    techniques=["T1485", "T1490", "T1552.007"],
    detect="many secrets, ConfigMaps and volume claims deleted by one person after they were read; a note is left",
    honesty="No bodies of secrets and ConfigMaps are logged, so the note is known by its name alone.",
)
def play(stage: Stage) -> None:
    """The pipeline claims disks for the ledger; Velero reads everything for its backup and the pipeline deletes one
    secret that has a successor. Somebody tries with the token of the shop's front end and is refused. Then Mallory
    reads all secrets of payments and the shop, deletes them, the ConfigMaps and the volume claims,
    and leaves a ConfigMap as ransom note.
    """
    pipeline, mallory = stage.play_as(PIPELINE), stage.play_as(MALLORY)

    stage.at("09:03:00")
    for number in range(3):
        pipeline.create(made("PersistentVolumeClaim", f"data-ledger-{number}", "payments", spec=DISK))
    pipeline.create(made("Secret", "stripe-2025", "shop", stringData={"key": "not-a-key"}))
    stage.at("09:08:00")
    velero = stage.play_as(VELERO)
    for kind in ("Secret", "ConfigMap", "PersistentVolumeClaim"):
        velero.list(kind, query="limit=500")
    pipeline.delete("Secret", "stripe-2025", "shop")

    stage.at("09:27:30")
    stage.play_as(WEB, address="203.0.113.66").delete_all("Secret", "shop", refused=403)

    stage.at("09:41:00")
    for namespace in ("payments", "shop"):
        mallory.kubectl("get", "secrets", "-n", namespace, "-o", "yaml")
    stage.at("09:43:20")
    for namespace in ("payments", "shop"):
        mallory.kubectl("delete", "secrets,configmaps", "--all", "-n", namespace)
    mallory.kubectl("delete", "pvc", "--all", "-n", "payments", "--wait=false")
    stage.at("09:45:02")
    note = "--from-literal=note=your data is ours"
    mallory.kubectl("create", "configmap", "how-to-get-your-data-back", "-n", "payments", note)
