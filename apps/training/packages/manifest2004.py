"""imsmanifest.xml of SCORM 2004, 4th edition: one SCO that says itself when it is completed."""

from collections.abc import Sequence

from apps.training.packages import lom
from apps.training.packages.html import PAGE
from apps.training.packages.markup import element, written
from apps.training.packages.source import Source

NAME = "imsmanifest.xml"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
ADLCP = "http://www.adlnet.org/xsd/adlcp_v1p3"
ADLSEQ = "http://www.adlnet.org/xsd/adlseq_v1p3"
ADLNAV = "http://www.adlnet.org/xsd/adlnav_v1p3"
IMSSS = "http://www.imsglobal.org/xsd/imsss"


def manifest(source: Source, files: Sequence[str]) -> bytes:
    """The manifest of a package with these files.

    Completed from a progress measure of 1 on, which module.js reports with the learner's own last step; no mastery
    score, as in SCORM 1.2.
    """
    identifier = source.identifier
    root = element(
        "manifest",
        {
            "identifier": identifier,
            "version": str(source.version),
            "xmlns": CP,
            "xmlns:adlcp": ADLCP,
            "xmlns:adlseq": ADLSEQ,
            "xmlns:adlnav": ADLNAV,
            "xmlns:imsss": IMSSS,
        },
        element(
            "metadata",
            None,
            element("schema", text="ADL SCORM"),
            element("schemaversion", text="2004 4th Edition"),
            lom.ieee(source),
        ),
        element(
            "organizations",
            {"default": f"{identifier}-ORG"},
            element(
                "organization",
                {
                    "identifier": f"{identifier}-ORG",
                    "structure": "hierarchical",
                    "adlseq:objectivesGlobalToSystem": "false",
                },
                element("title", text=source.title),
                element(
                    "item",
                    {"identifier": f"{identifier}-ITEM", "identifierref": f"{identifier}-SCO", "isvisible": "true"},
                    element("title", text=source.title),
                    element(
                        "adlcp:completionThreshold",
                        {"completedByMeasure": "true", "minProgressMeasure": "1.0", "progressWeight": "1.0"},
                    ),
                    element(
                        "imsss:sequencing",
                        None,
                        element(
                            "imsss:deliveryControls",
                            {"tracked": "true", "completionSetByContent": "true", "objectiveSetByContent": "true"},
                        ),
                    ),
                    element(
                        "adlnav:presentation",
                        None,
                        element(
                            "adlnav:navigationInterface",
                            None,
                            *(element("adlnav:hideLMSUI", text=name) for name in ("continue", "previous")),
                        ),
                    ),
                ),
                element("imsss:sequencing", None, element("imsss:controlMode", {"choice": "true", "flow": "true"})),
            ),
        ),
        element(
            "resources",
            None,
            element(
                "resource",
                {"identifier": f"{identifier}-SCO", "type": "webcontent", "adlcp:scormType": "sco", "href": PAGE},
                *(element("file", {"href": name}) for name in files),
            ),
        ),
    )
    return written(root)
