"""Settings that programs trust are changed by hand."""

from recorder.objects import made
from recorder.people import BOB, DAVE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="ConfigMaps that programs trust are changed",
    use_case="secrets-and-configmaps",
    techniques=["T1562.001", "T1078"],
    detect="a write to kube-root-ca.crt, or to a ConfigMap of kube-system, by a person",
    honesty="No bodies of ConfigMaps are logged: what was changed in them is not in the log, only that they were.",
)
def play(stage: Stage) -> None:
    """The pipeline and Bob change the settings of the front end, as they may. Dave is refused. Mallory changes them in
    production too, replaces the authority that the pods of payments trust, which the controller manager puts right at
    once, and lets extension API servers accept whoever the front proxy's authority vouches for.
    """
    pipeline, bob, mallory = stage.play_as(PIPELINE), stage.play_as(BOB), stage.play_as(MALLORY)

    stage.at("09:07:00")
    pipeline.update(made("ConfigMap", "web-settings", "shop", data={"theme": "winter"}))
    stage.at("09:12:40")
    lamps = '{"data":{"theme":"lamps"}}'
    bob.kubectl("patch", "configmap", "web-settings", "-n", "staging", f"--patch={lamps}")
    stage.at("09:20:10")
    stage.play_as(DAVE).kubectl("patch", "configmap", "web-settings", "-n", "shop", f"--patch={lamps}", fails=True)

    stage.at("09:31:55")
    checkout = '{"data":{"checkout":"https://pay.attacker.example"}}'
    mallory.kubectl("patch", "configmap", "web-settings", "-n", "shop", f"--patch={checkout}")
    stage.at("09:34:21")
    authority = '{"data":{"ca.crt":"not-a-certificate"}}'
    mallory.kubectl("patch", "configmap", "kube-root-ca.crt", "-n", "payments", f"--patch={authority}")
    stage.at("09:36:37")
    clients = '{"data":{"requestheader-allowed-names":"[]"}}'
    name = "extension-apiserver-authentication"
    mallory.kubectl("get", "configmap", name, "-n", "kube-system", "-o", "yaml")
    mallory.kubectl("patch", "configmap", name, "-n", "kube-system", f"--patch={clients}")
