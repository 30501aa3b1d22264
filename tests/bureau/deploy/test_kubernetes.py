"""The manifests agree with the portal: variables, probes, queues; and with each other."""

from __future__ import annotations

import pytest
import yaml
from django.urls import resolve

from bureau.outbox.queues import QUEUES
from bureau.settings.environment import ROOT
from tests.bureau.deploy.variables import known_variables

FOLDER = ROOT / "deploy" / "kubernetes"
PLAN = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
THINGS = [thing for name in PLAN["resources"] for thing in yaml.safe_load_all((FOLDER / name).read_text())]
SECRETS = yaml.safe_load((FOLDER / "secret.example.yaml").read_text())["stringData"]


def of(kind: str) -> dict[str, dict]:
    return {thing["metadata"]["name"]: thing for thing in THINGS if thing["kind"] == kind}


CONFIG = of("ConfigMap")["portal-config"]["data"]
RUNNING = {**of("Deployment"), **of("Job")}
WEB = ("portal-web", "portal-web-desk")  # visitors; staff and schools
HOST = CONFIG["ALLOWED_HOSTS"].split(",")[0]


def pod(name: str) -> dict:
    return RUNNING[name]["spec"]["template"]["spec"]


def container(name: str) -> dict:
    (only,) = pod(name)["containers"]
    return only


def test_every_file_is_listed_except_the_example_of_the_secrets():
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}
    assert set(PLAN["resources"]) == files


def test_every_variable_is_one_that_the_portal_reads():
    assert set(CONFIG) | set(SECRETS) <= known_variables()
    assert set(CONFIG).isdisjoint(SECRETS)


def test_no_secret_has_a_value():
    assert set(SECRETS.values()) == {""}
    assert not of("Secret")


@pytest.mark.parametrize("name", sorted(RUNNING))
def test_each_pod_runs_without_privileges_and_with_the_same_settings(name):
    assert pod(name)["securityContext"]["runAsNonRoot"] is True
    assert pod(name)["automountServiceAccountToken"] is False
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container(name)["resources"]["limits"]["memory"]
    sources = [next(iter(source.values()))["name"] for source in container(name)["envFrom"]]
    assert sources == ["portal-config", "portal-secrets"]


@pytest.mark.parametrize(
    ("probe", "path"),
    [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")],
)
@pytest.mark.parametrize("name", WEB)
def test_probes_ask_addresses_that_exist_under_a_name_of_ours(probe, path, name):
    asked = container(name)[probe]["httpGet"]
    assert asked["path"] == path
    assert resolve(path).url_name == path.strip("/")
    headers = {header["name"]: header["value"] for header in asked["httpHeaders"]}
    assert headers == {"Host": HOST, "X-Forwarded-Proto": "https"}


def test_workers_and_beat_are_watched_by_the_file_that_they_touch():
    for name in [name for name in of("Deployment") if name not in WEB]:
        command = container(name)["livenessProbe"]["exec"]["command"]
        assert command == ["python", "deploy/alive.py", CONFIG["HEARTBEAT_FILE"]]
        assert (ROOT / command[1]).exists()


def test_each_queue_has_a_worker_of_its_own_and_there_is_one_beat():
    queues = {container(name)["command"][-1] for name in of("Deployment") if "worker" in name}
    assert queues == set(QUEUES)
    beat = of("Deployment")["portal-beat"]["spec"]
    assert (beat["replicas"], beat["strategy"]["type"]) == (1, "Recreate")


@pytest.mark.parametrize("name", WEB)
def test_a_new_version_takes_no_old_pod_away_before_it_is_ready(name):
    strategy = of("Deployment")[name]["spec"]["strategy"]
    assert strategy["rollingUpdate"]["maxUnavailable"] == 0
    grace = pod(name)["terminationGracePeriodSeconds"]
    assert grace >= 10 + 30  # the pause before the end and gunicorn's own grace


def test_names_that_point_at_each_other_agree():
    for name in WEB:
        web = of("Deployment")[name]["spec"]
        assert of("Service")[name]["spec"]["selector"] == web["selector"]["matchLabels"]
        assert of("PodDisruptionBudget")[name]["spec"]["selector"] == web["selector"]
        assert of("PodDisruptionBudget")[name]["spec"]["minAvailable"] < web["replicas"]
        assert of("HorizontalPodAutoscaler")[name]["spec"]["scaleTargetRef"]["name"] == name
        assert of("HorizontalPodAutoscaler")[name]["spec"]["minReplicas"] == web["replicas"]
    (rule,) = of("Ingress")["portal"]["spec"]["rules"]
    assert rule["host"] == HOST
    ways = {way["path"]: way["backend"]["service"]["name"] for way in rule["http"]["paths"]}
    assert ways == {
        "/": "portal-web",
        **dict.fromkeys(("/desk/", "/school/", "/account/"), "portal-web-desk"),
    }
    (reached,) = of("NetworkPolicy")["portal-web"]["spec"]["podSelector"]["matchExpressions"]
    assert reached["values"] == list(WEB)
    assert f"https://{HOST}" == CONFIG["PUBLIC_URL"]
    for name, thing in RUNNING.items():
        labels = thing["spec"]["template"]["metadata"]["labels"]
        assert labels == {"app.kubernetes.io/name": name}
        assert thing["spec"].get("selector", {"matchLabels": labels}) == {"matchLabels": labels}
        claims = [volume.get("persistentVolumeClaim", {}).get("claimName") for volume in pod(name)["volumes"]]
        assert set(claims) - {None} <= set(of("PersistentVolumeClaim"))


def test_the_limit_of_a_body_is_one_number():
    annotations = of("Ingress")["portal"]["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == f"{CONFIG['BODY_MAX_MB']}m"


def test_by_default_nothing_reaches_a_pod():
    everything = of("NetworkPolicy")["portal"]["spec"]
    assert everything["podSelector"] == {}
    assert "Ingress" in everything["policyTypes"]
    assert "ingress" not in everything
