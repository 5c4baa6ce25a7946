"""docker-compose.yml and Dockerfile, as far as they can be judged without a container engine."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
# What may have a value without anybody choosing it: nothing that protects anything.
OPTIONAL = {"KFA_EMAIL_PORT": "587", "KFA_EMAIL_USER": "", "KFA_EMAIL_PASSWORD": ""}

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def variables() -> dict[str, str]:
    """Every variable of the compose file with what follows its name in the braces."""
    return dict(re.findall(r"\$\{(\w+)([^}]*)\}", TEXT))


def environment(service: str) -> dict[str, str]:
    """A service's environment as compose would fill it in."""
    chosen = {
        name: OPTIONAL.get(name, f"chosen-{name.lower()}-0123456789-abcdefghij-0123456789") for name in variables()
    }
    chosen |= {"KFA_HOST": "kommunen.example", "KFA_EMAIL_FROM": "noreply@kommunen.example"}
    fill = lambda text: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: chosen[found[1]], text)  # noqa: E731
    return {name: fill(value) for name, value in SERVICES[service]["environment"].items()}


def complaint_of_settings(env: dict[str, str]) -> str:
    """What Django says when it starts with the image's and these variables; empty when it is content."""
    image = dict(re.findall(r"^\s*(?:ENV )?(KFA_\w+)=(\S+?)(?: \\)?$", DOCKERFILE, flags=re.MULTILINE))
    command = [sys.executable, "-c", "import django; django.setup()"]
    result = subprocess.run(command, cwd=ROOT, env={"PATH": os.defpath} | image | env, capture_output=True, text=True)
    return result.stderr.strip().rpartition("\n")[2] if result.returncode else ""


def test_everything_that_was_promised_is_there() -> None:
    assert set(SERVICES) == {"postgres", "valkey", "migrate", "web", "worker", "beat", "proxy"}
    assert SERVICES["postgres"]["image"].startswith("postgres:18")


@pytest.mark.parametrize("service", OURS)
def test_a_service_runs_an_entry_point_of_the_repository(service: str) -> None:
    [command] = SERVICES[service]["command"]
    assert os.access(ROOT / command, os.X_OK)
    assert command == f"bin/{service}"


def test_nothing_that_protects_has_a_default() -> None:
    defaults = {name: rest for name, rest in variables().items() if not rest.startswith(":?")}
    assert defaults == {name: f":-{value}" for name, value in OPTIONAL.items()}
    literal = re.findall(r"^\s*\w*(?:PASSWORD|SECRET|AUTH)\w*: (?!\$\{)(\S+)", TEXT, flags=re.MULTILINE)
    assert literal == []


def test_the_example_names_every_variable_and_gives_no_secret() -> None:
    lines = re.findall(r"^(\w+)=(.*)$", (ROOT / "deploy" / "env.example").read_text(), flags=re.MULTILINE)
    assert {name for name, _ in lines} == set(variables())
    assert {name: value for name, value in lines if value} == {"KFA_EMAIL_PORT": "587"}


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "migrate"])
def test_a_service_that_stays_has_a_health_check_and_comes_back(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_the_owner_of_the_tables_is_known_to_the_migration_alone() -> None:
    assert [name for name in OURS if "DATABASE_OWNER_URL" in SERVICES[name]["environment"]] == ["migrate"]


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inner"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["valkey"]["networks"] == ["inner"]


@pytest.mark.parametrize("service", OURS)
def test_our_services_can_do_little_harm(service: str) -> None:
    assert SERVICES[service]["read_only"] is True
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICES[service]["security_opt"]


def test_the_image_does_not_run_as_root() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)", last_stage, flags=re.MULTILINE) == ["kfa"]


def test_image_and_bin_demo_name_the_same_libraries_for_reports() -> None:
    wanted = re.findall(r"apt_install (libpango.*?) &&", (ROOT / "bin/lib/prepare.sh").read_text())[0]
    assert wanted in re.sub(r"\s+", " ", DOCKERFILE)


def test_files_that_are_mounted_or_copied_exist() -> None:
    mounted = re.findall(r"- (\./[^:]+):", TEXT)
    assert len(mounted) == 3
    assert all((ROOT / path).is_file() for path in mounted)
    assert os.access(ROOT / "deploy" / "provision.sh", os.X_OK)


def test_git_and_the_image_leave_secrets_and_data_out() -> None:
    for name in (".gitignore", ".dockerignore"):
        entries = {line.strip("/") for line in (ROOT / name).read_text().splitlines()}
        assert {".env", "var", ".venv"} <= entries


@pytest.mark.parametrize("service", ["web", "migrate"])
def test_the_production_settings_start_with_what_compose_gives(service: str) -> None:
    assert complaint_of_settings(environment(service)) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KFA_SECRET_KEY", ""),
        ("KFA_SECRET_KEY", "short"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("KFA_EMAIL_HOST", ""),
    ],
)
def test_the_production_settings_refuse_what_is_missing_or_unsafe(name: str, value: str) -> None:
    assert f"{name} must" in complaint_of_settings(environment("web") | {name: value})
