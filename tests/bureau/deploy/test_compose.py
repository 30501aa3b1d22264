"""What docker-compose.yml promises, read from the file itself; and by the client where there is one."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
import yaml

from bureau.outbox.queues import QUEUES
from bureau.settings.environment import ROOT
from deploy.keys import new_keys
from tests.bureau.deploy.variables import known_variables

PLAN = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = PLAN["services"]
LASTING = sorted(name for name in SERVICES if name != "prepare")
OURS = ("prepare", "web", "web-desk", "worker", "worker-bulk", "beat")
SECRET = re.compile(r"PASSWORD|SECRET|_KEYS?$|TOKEN")
NEEDED = re.compile(r"^\$\{\w+:\?[^}]+\}$")
EXACT = re.compile(r":\d+\.\d+(\.\d+)?(-[a-z]+)*$")
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", LASTING)
def test_each_service_starts_again_by_itself_and_says_how_it_is(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_the_file_and_none_has_a_default(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if variable == "PORTAL_CERTIFICATE_KEY":
            assert value == "/certificates/portal.key"  # a path
        elif variable == "EMAIL_HOST_PASSWORD":
            assert value == "${EMAIL_HOST_PASSWORD:-}"  # empty: a mail server without sign-in
        elif SECRET.search(variable):
            assert NEEDED.match(value), variable
    assert not re.search(r"://[^:/${]*:[^@${]+@", yaml.safe_dump(SERVICES[name]).replace("${", "{$"))


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_images_of_others_are_pinned_to_a_version(name):
    assert EXACT.search(SERVICES[name]["image"])


def test_our_image_is_built_on_a_pinned_one_from_hashed_packages_and_does_not_run_as_root():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(EXACT.search(base) for base in bases)
    assert "--require-hashes" in DOCKERFILE
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "HEALTHCHECK" in DOCKERFILE


@pytest.mark.parametrize("name", [*OURS, "nginx", "redis"])
def test_what_need_not_write_cannot(name):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_only_nginx_can_be_reached_from_outside():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["nginx"]
    assert [name for name in SERVICES if "outside" in SERVICES[name]["networks"]] == ["nginx"]


def test_everybody_waits_for_the_tables():
    for name in OURS[1:]:
        assert SERVICES[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_each_queue_has_a_worker_and_the_mass_one_of_its_own():
    queues = [SERVICES[name]["command"][-1].split(",") for name in ("worker", "worker-bulk")]
    assert sorted(name for names in queues for name in names) == sorted(QUEUES)
    assert queues[1] == ["bulk"]


def test_every_variable_is_one_that_the_portal_reads():
    assert set(SERVICES["web"]["environment"]) <= known_variables()


def test_every_variable_of_the_nginx_template_is_given():
    template = (ROOT / "deploy" / "nginx" / "nginx.conf.template").read_text()
    asked = set(re.findall(r"\$\{(PORTAL_\w+)\}", template))
    given = {name for name in SERVICES["nginx"]["environment"] if name.startswith("PORTAL_")}
    assert asked == given


def test_nothing_private_enters_the_image():
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", "var", ".env", "*.env", "*.pem", "*.key", "tests"} <= set(left_out)


@pytest.mark.tool("docker-compose")
def test_the_client_accepts_the_plan_and_refuses_it_without_secrets(tmp_path):
    given = {**new_keys(), "ALLOWED_HOSTS": "a", "PUBLIC_URL": "https://a", "DATABASE_PASSWORD": "x"}
    given |= {"REDIS_PASSWORD": "x", "NGINX_HOSTS": "a", "CERTIFICATES": str(tmp_path)}

    empty = tmp_path / "empty.env"
    empty.touch()

    def config(environment):
        return subprocess.run(
            ["docker-compose", "-f", "docker-compose.yml", "--env-file", str(empty), "config", "-q"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
        )

    assert config(given).returncode == 0, config(given).stderr
    for name in ("SECRET_KEY", "FIELD_KEYS", "LOOKUP_KEY", "DATABASE_PASSWORD", "REDIS_PASSWORD"):
        refused = config({key: value for key, value in given.items() if key != name})
        assert refused.returncode != 0
        assert name in refused.stderr
