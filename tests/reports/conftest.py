from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from apps.core import report_declaration
from apps.municipalities.models import Municipality
from tests.factories import member, org_unit
from tests.reports import kinds


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Files of a test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    assert default_storage.location == str(settings.MEDIA_ROOT)
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def kind() -> Iterator[str]:
    """A declared kind of report."""
    kinds.declare()
    yield kinds.KIND
    report_declaration.unregister(kinds.KIND)


@pytest.fixture
def coordinator(municipality: Municipality) -> Any:
    """The coordinator of a municipality that has a department."""
    org_unit(municipality, "Ordnungsamt")
    return member(municipality)


@pytest.fixture
def browser(client: Client, coordinator: Any) -> Client:
    """The coordinator's browser."""
    client.force_login(coordinator)
    return client
