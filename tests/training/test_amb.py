"""A module's metadata for catalogues of educational resources: valid by the profile, for whatever is offered."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone
from referencing import Registry, Resource

from apps.training import amb
from apps.training.models import ModuleVersion
from tests.training import factories

pytestmark = pytest.mark.django_db


def problems(found: object, folder: Path) -> list[str]:
    """What the schemas of the profile find, formats included."""
    schemas = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    registry: Registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    main = next(schema for schema in schemas if schema["$id"].endswith("/schema.json"))
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    assert {"uri", "date"} <= set(checker.checkers)
    validator = jsonschema.Draft7Validator(main, registry=registry, format_checker=checker)
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(found)]


def test_it_is_valid_by_the_profile(client: Client, shared_schemas: Path) -> None:
    module = factories.offered()
    found = client.get(f"/modules/{module.number}/amb.json")
    assert found["Content-Type"] == "application/ld+json"
    read = json.loads(found.content)
    assert problems(read, shared_schemas / "amb-20231019") == []
    assert problems({**read, "id": "no address"}, shared_schemas / "amb-20231019") != []
    assert problems({**read, "dateModified": "gestern"}, shared_schemas / "amb-20231019") != []


def test_it_says_what_the_page_says(client: Client) -> None:
    module = factories.offered()
    read = json.loads(client.get(f"/modules/{module.number}/amb.json").content)
    assert read["id"].endswith(f"://testserver/modules/{module.number}/")
    assert read["name"] == "Beschwerde führen"
    assert read["license"] == {"id": "https://creativecommons.org/licenses/by/4.0/"}
    assert [taught["prefLabel"] for taught in read["teaches"]] == [{"de": "Sie können ein erstes Gespräch führen."}]
    assert "datePublished" not in read


def test_a_standard_says_since_when_and_nothing_empty_stands_there(shared_schemas: Path) -> None:
    text = factories.module(edition={"summary": "", "objectives": []})
    ModuleVersion.objects.filter(pk=text.version_id).update(published_at=timezone.now())
    text.version.refresh_from_db()
    read = amb.describe(text.version.module, text, "https://kfa.example/modules/1/")
    assert read["datePublished"] == timezone.localdate().isoformat()
    assert "description" not in read and "teaches" not in read and "keywords" not in read
    assert problems(read, shared_schemas / "amb-20231019") == []


def test_what_is_not_offered_has_none(client: Client) -> None:
    text = factories.module()
    assert client.get(f"/modules/{text.version.module.number}/amb.json").status_code == 404
    assert client.get("/modules/99999/amb.json").status_code == 404


def test_it_stands_in_the_page_too_and_no_text_ends_it(client: Client) -> None:
    module = factories.offered("Beschwerde </script><b>führen</b> & mehr")
    page = client.get(f"/modules/{module.number}/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)
    assert json.loads(block) == json.loads(client.get(f"/modules/{module.number}/amb.json").content)
    assert "<b>führen" not in page


def test_what_is_not_public_has_none(client: Client) -> None:
    module = factories.offered()
    ModuleVersion.objects.filter(editions=module.offered_id).update(shared_as_draft_at=None)
    assert client.get(f"/modules/{module.number}/").status_code == 404
    assert client.get(f"/modules/{module.number}/amb.json").status_code == 404
