"""The modules that come with the product can be packed in every format; the empowerment concept in none."""

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


def test_every_module_of_the_library_becomes_a_package() -> None:
    import_entries(actor=None, entries=[library.read(path) for path in library.files()])
    municipality = MunicipalityFactory()
    sources = {module.key: source_of(module, municipality) for module in Module.objects.exclude(offered=None)}
    assert len(sources) == 6
    packed = []
    for key, source in sources.items():
        for kind in (Package.Kind.SCORM_12, Package.Kind.SCORM_2004, Package.Kind.WEB):
            if source.is_empowerment:
                with pytest.raises(ReportError):
                    built(source, kind)
            else:
                assert "index.html" in unpacked(built(source, kind))
                packed.append(key)
        assert suspend_bound(source.units) < 1_000
    assert len(packed) == 15


def test_one_of_them_on_paper_is_a_tagged_pdf() -> None:
    import_entries(actor=None, entries=[library.read(path) for path in library.files()])
    module = Module.objects.get(number=1)
    assert valid(built(source_of(module, MunicipalityFactory()), Package.Kind.PRINT))
