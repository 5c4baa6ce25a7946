"""Manifests: valid by the published schemas where there are some, by rules of our own where there are none."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from apps.municipalities.models import Municipality
from apps.training.packages import checks, manifest12, manifest2004
from apps.training.packages.build import packed
from apps.training.packages.lom import duration
from apps.training.packages.source import Source
from tests.factories import MunicipalityFactory
from tests.training.test_packages import Kind, built, full_module, media, source, source_of, unpacked, whole

__all__ = ["media", "source", "whole"]
pytestmark = pytest.mark.django_db
FILES = ("index.html", "module.js", "style.css")
CP12 = {"cp": manifest12.CP, "md": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"}
CP2004 = {"cp": manifest2004.CP, "lom": "http://ltsc.ieee.org/xsd/LOM"}


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


class _Local(etree.Resolver):
    """Schemas name xml.xsd and others on the web: the local copy is taken, and nothing is fetched."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        if "://" in system_url and not system_url.startswith("file:"):
            return self.resolve_filename(str(self.folder / system_url.rsplit("/", 1)[-1]), context)
        return None


def schema_2004(folder: Path) -> etree.XMLSchema:
    """All schemas of SCORM 2004, 4th edition, as one: manifest, its extensions, LOM."""
    spaces = {
        manifest2004.CP: "imscp_v1p1.xsd",
        manifest2004.ADLCP: "adlcp_v1p3.xsd",
        manifest2004.ADLSEQ: "adlseq_v1p3.xsd",
        manifest2004.ADLNAV: "adlnav_v1p3.xsd",
        manifest2004.IMSSS: "imsss_v1p0.xsd",
        "http://ltsc.ieee.org/xsd/LOM": "lomStrict.xsd",
    }
    imports = "".join(f'<xs:import namespace="{space}" schemaLocation="{name}"/>' for space, name in spaces.items())
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local(folder))
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(text, parser, base_url=f"{folder}/all.xsd"))


class TestScorm2004:
    def test_it_is_valid_by_the_published_schemas(self, whole: Source, shared_schemas: Path) -> None:
        schema = schema_2004(shared_schemas / "scorm-2004-4ed")
        document = etree.fromstring(unpacked(built(whole, Kind.SCORM_2004))["imsmanifest.xml"])
        assert schema.validate(document), schema.error_log

    def test_what_the_schemas_forbid_is_refused_by_them(self, source: Source, shared_schemas: Path) -> None:
        schema = schema_2004(shared_schemas / "scorm-2004-4ed")
        written = manifest2004.manifest(source, FILES)
        for before, after in (
            (b'minProgressMeasure="1.0"', b'minProgressMeasure="7"'),
            (b"<value>draft</value>", b"<value>half-baked</value>"),
            (b'tracked="true"', b'tracked="perhaps"'),
        ):
            assert before in written
            assert not schema.validate(etree.fromstring(written.replace(before, after)))

    def test_completion_is_what_the_content_says_and_never_a_mastery_score(self, source: Source) -> None:
        written = manifest2004.manifest(source, FILES).decode()
        assert 'completedByMeasure="true"' in written and 'minProgressMeasure="1.0"' in written
        assert 'completionSetByContent="true"' in written and 'objectiveSetByContent="true"' in written
        assert "minNormalizedMeasure" not in written
        assert "<schemaversion>2004 4th Edition</schemaversion>" in written

    def test_metadata_say_language_status_time_licence_and_objectives(self, source: Source) -> None:
        root = etree.fromstring(manifest2004.manifest(source, FILES))

        def said(path: str) -> list[str]:
            return [node.text for node in root.iterfind(f".//{path}", CP2004)]

        assert said("lom:general/lom:title/lom:string") == ["Beschwerde führen"]
        assert said("lom:general/lom:language") == ["de"]
        assert said("lom:lifeCycle/lom:status/lom:value") == ["draft"]
        assert said("lom:typicalLearningTime/lom:duration") == ["PT30M"]
        assert "CC BY 4.0" in said("lom:rights/lom:description/lom:string")[0]
        assert said("lom:classification/lom:description/lom:string") == ["Sie können ein erstes Gespräch führen."]
        assert "Beschwerde und Schutz" in said("lom:keyword/lom:string")
        final = etree.fromstring(manifest2004.manifest(replace(source, is_draft=False), FILES))
        assert final.find(".//lom:status/lom:value", CP2004).text == "final"


class TestScorm12:
    def test_its_elements_stand_in_the_order_of_the_specification(self, source: Source) -> None:
        root = etree.fromstring(manifest12.manifest(source, FILES))
        assert [etree.QName(node).localname for node in root] == ["metadata", "organizations", "resources"]
        assert root.nsmap == {None: manifest12.CP, "adlcp": manifest12.ADLCP}
        assert root.findtext("cp:metadata/cp:schema", namespaces=CP12) == "ADL SCORM"
        assert root.findtext("cp:metadata/cp:schemaversion", namespaces=CP12) == "1.2"
        resource = root.find("cp:resources/cp:resource", CP12)
        assert dict(resource.attrib) == {
            "identifier": f"{source.identifier}-SCO",
            "type": "webcontent",
            f"{{{manifest12.ADLCP}}}scormtype": "sco",
            "href": "index.html",
        }
        assert [node.get("href") for node in resource] == list(FILES)
        lom = root.find("cp:metadata/md:lom", CP12)
        assert [etree.QName(node).localname for node in lom] == [
            "general", "lifecycle", "metametadata", "technical", "educational", "rights", "classification",
        ]  # fmt: skip
        general = lom.find("md:general", CP12)
        assert [etree.QName(node).localname for node in general][:4] == [
            "title", "catalogentry", "language", "description",
        ]  # fmt: skip

    def test_identifiers_are_names_that_xml_allows(self, source: Source) -> None:
        for module in (manifest12, manifest2004):
            root = etree.fromstring(module.manifest(source, FILES))
            names = [node.get("identifier") for node in root.iter(etree.Element) if node.get("identifier")]
            assert names and all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in names)

    def test_titles_with_signs_of_xml_stay_what_they_are(self, source: Source) -> None:
        odd = replace(source, title='Recht & "Ordnung" <b>', summary="a < b")
        for module in (manifest12, manifest2004):
            root = etree.fromstring(module.manifest(odd, FILES))
            assert root.findtext(".//cp:organization/cp:title", namespaces={"cp": module.CP}) == odd.title

    def test_no_mastery_score(self, source: Source) -> None:
        assert b"mastery" not in manifest12.manifest(source, FILES)


@pytest.mark.parametrize("kind", [Kind.SCORM_12, Kind.SCORM_2004])
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (r'identifier="[^"]*-ITEM"', 'identifier="same"', None),
        (r'identifier="[^"]*-SCO"', 'identifier="other"', "does not exist"),
        (r'default="[^"]*"', 'default="nowhere"', "what to begin with"),
        (r"(?s)<title>.*?</title>", "<title> </title>", "title is missing"),
        (r'scorm[tT]ype="sco"', 'x="sco"', "exactly one part"),
        (r'<file href="style.css" ?/>', "", "differ"),
        (r'<file href="style.css" ?/>', '<file href="more.css" />', "differ"),
        (r'href="index.html">', 'href="start.html">', "which page"),
        (r"<language>de</language>", "<language>en</language>", "language of the manifest"),
        (r"</organizations>", "</organizations><adlcp:masteryscore>80</adlcp:masteryscore>", "by itself"),
        (r'identifier="[^"]*"', 'identifier="one"', "not unique"),
    ],
)
def test_the_checks_see_a_manifest_that_breaks_a_rule(
    source: Source, kind: str, before: str, after: str, said: str | None
) -> None:
    files = unpacked(built(source, kind))
    text = files["imsmanifest.xml"].decode()
    assert re.search(before, text)
    files["imsmanifest.xml"] = re.sub(before, after, text).encode()
    from django.utils import translation

    with translation.override("en"):
        problems = " ".join(checks.of_archive(packed(files, source.as_of), source, kind))
    assert (said in problems) if said else problems == ""


@pytest.mark.parametrize(("minutes", "written"), [(0, "PT0M"), (45, "PT45M"), (60, "PT1H"), (95, "PT1H35M")])
def test_learning_time_in_the_words_of_iso_8601(minutes: int, written: str) -> None:
    assert duration(minutes) == written


def test_a_whole_module_can_be_packed_as_often_as_there_are_standards(municipality: Municipality) -> None:
    module = full_module()
    found = source_of(module, municipality)
    assert found.identifier == f"KFA-M-{module.number}-V1-1-de"
