"""imsmanifest.xml of SCORM 1.2: IMS Content Packaging 1.1.2 with ADL's extensions; one SCO."""

from collections.abc import Sequence

from apps.training.packages import lom
from apps.training.packages.html import PAGE
from apps.training.packages.markup import element, written
from apps.training.packages.source import Source

NAME = "imsmanifest.xml"
CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"


def manifest(source: Source, files: Sequence[str]) -> bytes:
    """The manifest of a package with these files.

    It names no mastery score: a platform would set a status by it that the learner has not chosen.
    """
    identifier = source.identifier
    root = element(
        "manifest",
        {"identifier": identifier, "version": "1.1", "xmlns": CP, "xmlns:adlcp": ADLCP},
        element(
            "metadata",
            None,
            element("schema", text="ADL SCORM"),
            element("schemaversion", text="1.2"),
            lom.ims(source),
        ),
        element(
            "organizations",
            {"default": f"{identifier}-ORG"},
            element(
                "organization",
                {"identifier": f"{identifier}-ORG", "structure": "hierarchical"},
                element("title", text=source.title),
                element(
                    "item",
                    {"identifier": f"{identifier}-ITEM", "identifierref": f"{identifier}-SCO", "isvisible": "true"},
                    element("title", text=source.title),
                ),
            ),
        ),
        element(
            "resources",
            None,
            element(
                "resource",
                {"identifier": f"{identifier}-SCO", "type": "webcontent", "adlcp:scormtype": "sco", "href": PAGE},
                *(element("file", {"href": name}) for name in files),
            ),
        ),
    )
    return written(root)
