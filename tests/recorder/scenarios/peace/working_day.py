"""A working day of peace, on which every rule must stay silent."""

from datetime import date

from recorder.scenario import scenario
from recorder.scenarios.peace.day import administrator, developers, gitops, machinery, mishaps, operators, pipeline
from recorder.scenarios.peace.day.timetable import Timetable
from recorder.stage import Stage

ACTORS = (administrator, developers, gitops, machinery, mishaps, operators, pipeline)


@scenario(
    title="A working day of peace",
    use_case="api-server",
    techniques=[],
    detect="nothing: whatever looks like an attack here is somebody's ordinary work",
    on=date(2026, 11, 2),
    opens="00:00",
    closes="24:00",
    inventory_minutes=15,
    honesty="""The day is played in some minutes: leases and heartbeats, which keep their real pace, are fewer than on
    a real day, and the two cron jobs, due every minute of real time, run every few hours of the recorded day. Metrics
    are not served, so nobody uses kubectl top and KEDA scales without an autoscaler of its own; no node is added.""",
)
def play(stage: Stage) -> None:
    """Twenty-four hours of the cluster of a shop. At night Velero backs up (with exec), AKS upgrades its add-ons (a
    privileged network plugin among them) and the nodes, cordoned and drained one by one, cert-manager renews. From
    07:30 to 18:00 people work: Bob and Carol look, restart, forward ports and try a pod in staging; Alice execs into a
    pod, drains a node, changes network policies, tightens pod security and lets Erin in; Dave reads roles. Flux
    releases 4.3.0 and takes it back, the pipeline deploys with Helm and makes a preview namespace, KEDA scales over
    lunch, external-secrets reads and writes secrets, kubelets get certificates. An expired token, a scanner without
    credentials, misspelt names and a pod against the standard are refused, each once or twice.
    """
    # A minute of real time is some hours of this day, in which jobs that are due every five minutes would hardly run.
    for namespace, name in (("shop", "report"), ("payments", "settlement")):
        stage.cluster.recorder.patch("CronJob", name, {"spec": {"schedule": "* * * * *"}}, namespace)
    stage.routine.pace = 2
    for clock, act in Timetable(actor.day for actor in ACTORS):
        stage.at(clock)
        act(stage)
