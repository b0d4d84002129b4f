"""What somebody who takes the project over relies on: its image, its description, what it is made of."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request

import pytest
import yaml

from tests.servers import free_port
from workshop.languages import LANGUAGES
from workshop.settings import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

pytestmark = pytest.mark.programs


def ran(*command, **options):
    """What it wrote. Fails with what it complained of."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_image_and_what_it_is_started_with_are_well_formed():
    ran("hadolint", "Dockerfile")
    ran("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")


def test_the_image_holds_all_that_the_app_needs(tmp_path):
    """Its files and no other, started as it says."""
    house = tmp_path / "opt"
    for source in re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE):
        assert f"!{source}" in (ROOT / ".dockerignore").read_text().splitlines()
        shutil.copytree(ROOT / source, house / source, ignore=shutil.ignore_patterns("__pycache__"))
    (command,) = re.findall(r"^ENTRYPOINT (.+)$", DOCKERFILE, re.MULTILINE)
    (asked,) = re.findall(r"^CMD (\[.+)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(command)[0] == "python"
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
    environment |= {
        "PYTHONPATH": str(house),
        "WORKSHOP_HOST": "127.0.0.1",
        "WORKSHOP_PORT": str(port),
        "WORKSHOP_BASE_URL": f"http://127.0.0.1:{port}",
        "WORKSHOP_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'workshop.sqlite'}",
    }
    process = subprocess.Popen(
        [sys.executable, *json.loads(command)[1:], *json.loads(asked)],
        cwd=house,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in process.stdout:
            if str(port) in line:
                break
        for path in ("/readyz", "/", "/hulp", "/toegankelijkheid"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                assert answer.status == 200
    finally:
        process.terminate()
        process.communicate()


def test_every_service_finds_what_it_names():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = compose["services"]
    assert services.keys() == {"caddy", "app", "postgres", "redis"}
    address = services["app"]["environment"]["WORKSHOP_DATABASE_URL"]
    assert f"@postgres/{services['postgres']['environment']['POSTGRES_DB']}" in address
    named = [
        volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", ())
    ]
    assert all(name in compose["volumes"] or (ROOT / name).is_file() for name in named)
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]


def test_what_it_is_made_of_is_what_is_installed():
    told = json.loads(ran("bash", ".ci/sbom"))
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert {part["name"]: part["version"] for part in told["components"]}.items() >= pinned.items()


def test_a_catalogue_of_public_software_can_read_what_this_is():
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert told["publiccodeYmlVersion"] == "0.4"
    assert told["softwareVersion"] == PROJECT["version"]
    assert told["legal"]["license"] == PROJECT["license"]
    assert set(told["localisation"]["availableLanguages"]) == set(LANGUAGES)
    assert len(told["description"]["nl"]["shortDescription"]) <= 150
    assert 150 <= len(told["description"]["nl"]["longDescription"]) <= 10_000
