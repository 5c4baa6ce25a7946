"""The modules that come with the product can be packed; the empowerment concept cannot."""

import pytest

from apps.core.report_declaration import ReportError
from apps.training import library
from apps.training.actions.importing import import_entries
from apps.training.models import Module, Package
from apps.training.packages.source import suspend_bound
from tests.factories import MunicipalityFactory
from tests.training.test_packages import built, media, source_of, unpacked, valid

__all__ = ["media"]
pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_every_module_of_the_library_becomes_a_package() -> None:
    import_entries(actor=None, entries=[library.read(path) for path in library.files()])
    municipality = MunicipalityFactory()
    sources = {module.key: source_of(module, municipality) for module in Module.objects.exclude(offered=None)}
    assert len(sources) == 6
    refused = []
    for key, source in sources.items():
        assert suspend_bound(source.units) < 1_000
        try:
            assert "index.html" in unpacked(built(source, Package.Kind.SCORM_12))
        except ReportError:
            refused.append(key)
    assert refused == ["empowerment"]


def test_one_of_them_on_paper_is_a_tagged_pdf() -> None:
    import_entries(actor=None, entries=[library.read(path) for path in library.files()])
    module = Module.objects.get(number=1)
    assert valid(built(source_of(module, MunicipalityFactory()), Package.Kind.PRINT))
