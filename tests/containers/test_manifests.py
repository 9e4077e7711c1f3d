"""Dockerfiles, the compose file and the manifests, by tools that know their schemas."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pgmig import __version__
from pgmig.cli.app import program
from pgmig.commands.init import part
from tests.containers.dockerfile import instructions, sent

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "pgmig" / "templates" / "docker"
DOCKERFILES = (ROOT / "Dockerfile", TEMPLATES / "Dockerfile")
MANIFESTS = sorted((ROOT / "deploy").glob("*.yaml"))


def tool(name: str, *arguments: str | Path) -> str:
    """What a program of the environment says; it has no complaint."""
    done = subprocess.run(
        [Path(sys.executable).with_name(name), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def documents() -> list[dict[str, Any]]:
    """The objects of the manifests."""
    return [yaml.safe_load(path.read_text()) for path in MANIFESTS]


def pods() -> list[dict[str, Any]]:
    """What each manifest says of its pods."""
    return [each["spec"]["template"]["spec"] for each in documents()]


def test_hadolint_has_nothing_to_say() -> None:
    assert tool("hadolint", "--no-color", *DOCKERFILES) == ""


def test_the_compose_file_fits_its_schema() -> None:
    tool(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        ROOT / "compose.yaml",
    )


def test_the_manifests_fit_their_schemas() -> None:
    tool("kubernetes-validate", "--strict", *MANIFESTS)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_an_image_runs_as_a_number_that_the_manifests_name_too(path: Path) -> None:
    read = instructions(path)
    users = [each.text for each in read if each.word == "USER"]
    (made,) = (each.text for each in read if "useradd" in each.text)
    assert users == ["10001:10001"]
    assert "--uid 10001" in made
    for pod in pods():
        security = pod["securityContext"]
        assert (security["runAsUser"], security["runAsGroup"]) == (10001, 10001)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_the_lines_that_run_are_read_by_a_shell_and_name_tagged_images(path: Path) -> None:
    for each in instructions(path):
        if each.word == "RUN":
            subprocess.run(["sh", "-n", "-c", each.text], check=True)
        if each.word == "FROM":
            assert re.fullmatch(r"python:3\.\d+-slim-\w+", each.words()[0])


def test_the_image_is_sent_what_its_wheel_is_made_of_and_nothing_else() -> None:
    files = {path.as_posix() for path in sent(ROOT)}
    tops = {name.partition("/")[0] for name in files}
    assert tops == {"pyproject.toml", "README.md", "LICENSE", "pgmig"}
    assert {"pgmig/py.typed", "pgmig/templates/pgmig.toml"} < files
    assert not any("__pycache__" in name for name in files)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
    assert project["readme"] in files


def test_no_pod_may_more_than_it_needs() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["readOnlyRootFilesystem"] is True
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]
            (variable,) = container["env"]
            assert variable["valueFrom"]["secretKeyRef"] == {"name": "app-database", "key": "url"}


def test_a_job_is_tried_again_where_that_may_help() -> None:
    jobs = [each["spec"] for each in documents() if each["kind"] == "Job"]
    assert len(jobs) == 2
    for job in jobs:
        assert job["template"]["spec"]["restartPolicy"] == "Never"
        failed, _ = job["podFailurePolicy"]["rules"]
        assert failed["onExitCodes"]["values"] == [2, 4, 7]  # not 1, 5 and 6
        assert job["backoffLimit"] > 0
        assert job["activeDeadlineSeconds"] > 600  # the wait for other runners
        assert job["ttlSecondsAfterFinished"] > 0


def test_the_application_waits_for_a_database_that_is_migrated() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["app"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"}
    }
    assert "healthcheck" in services["database"]


def test_the_arguments_of_every_container_are_those_of_a_command() -> None:
    lines = [
        each["args"]
        for pod in pods()
        for each in (*pod.get("initContainers", ()), *pod["containers"])
        if "args" in each
    ]
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    lines.append(services["migrate"]["command"])
    assert len(lines) == 4
    for name, *rest in lines:
        command = program.get_command(click.Context(program), name)
        assert command is not None
        command.make_context(name, rest)


@pytest.mark.parametrize("name", ["compose.yaml", "deploy"])
def test_those_of_this_repository_are_what_init_writes(name: str) -> None:
    for place, template in part("docker").files:
        if place.startswith(name):
            text = (TEMPLATES.parent / template).read_text()
            assert (ROOT / place).read_text() == text.replace("@MIGRATIONS@", "migrations"), place
