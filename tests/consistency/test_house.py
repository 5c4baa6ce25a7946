"""Rules of the house that no linter knows."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.conftest import ROOT

TEMPLATES = ROOT / "templates"
#: Templates that somebody else names: Django's handlers, form renderer and packages look for them by convention.
LOOKED_FOR_BY_CONVENTION = (
    "django/forms/",
    "account/",
    "mfa/",
    "socialaccount/",
    "usersessions/",
    "allauth/",
    "admin/",
)
#: Keys by name that point upwards, each with its reason.
UPWARDS = {
    ("core", "municipalities"): "every tenant-owned row names its municipality",
    ("audit", "accounts"): "the record names who did it",
    ("audit", "municipalities"): "the record names where",
    ("notifications", "municipalities"): "a mail belongs to a municipality's row, or to nobody",
}


def layers() -> list[str]:
    """Apps from the top down, as the import contract has them."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    return [name.strip("()").removeprefix("apps.") for line in contract["layers"] for name in line.split(" | ")]


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


def test_foreign_keys_by_name_point_downwards_too() -> None:
    order = {name: position for position, name in enumerate(layers())}
    wrong = []
    for model in own_models():
        for field in model._meta.local_fields:
            target = field.related_model
            if not isinstance(target, type) or target._meta.app_label not in order:
                continue
            pair = (model._meta.app_label, target._meta.app_label)
            if order[pair[1]] < order[pair[0]] and pair not in UPWARDS:
                wrong.append(f"{model._meta.label}.{field.name} points up to {target._meta.label}")
    assert wrong == []


def test_every_app_stands_in_the_import_contract() -> None:
    found = {path.parent.name for path in (ROOT / "apps").glob("*/apps.py")}
    assert found <= set(layers())


def sources() -> str:
    texts = [path.read_text() for path in (ROOT / "apps").rglob("*.py")]
    texts += [path.read_text() for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".svg"}]
    return "\n".join(texts)


def test_every_template_is_used() -> None:
    text = sources()
    named_with_placeholders = re.findall(r'f"([\w/.]*\{[^"]+\.(?:html|txt))"', text)
    patterns = [
        re.compile(".+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", name)))
        for name in named_with_placeholders
    ]
    unused = []
    for path in sorted(TEMPLATES.rglob("*.*")):
        name = str(path.relative_to(TEMPLATES))
        if path.suffix not in {".html", ".txt", ".svg"} or name.startswith(LOOKED_FOR_BY_CONVENTION):
            continue
        if f'"{name}"' not in text and f"'{name}'" not in text and not any(p.fullmatch(name) for p in patterns):
            unused.append(name)
    assert unused == []


def test_no_file_of_ours_has_become_a_drawer() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in (ROOT / "apps").rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 500
    ]
    assert long == []


@pytest.mark.parametrize("name", ["utils", "helpers", "misc", "common"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert list((ROOT / "apps").rglob(f"{name}.py")) == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    """No absolute path of somebody's machine in what is delivered."""
    suspicious = re.compile(r"/(?:home|Users|root)/\w+/")
    found = [
        str(path.relative_to(ROOT))
        for folder in ("apps", "config", "templates", "docs", "bin")
        for path in Path(ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".md", ".toml", ".yml", ".sh"} and suspicious.search(path.read_text())
    ]
    assert found == []
