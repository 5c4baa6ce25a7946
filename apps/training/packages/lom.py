"""Learning Object Metadata of a module: IEEE LOM for SCORM 2004, the IMS metadata 1.2.1 before it for SCORM 1.2."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from apps.training.packages.markup import Element, element
from apps.training.packages.source import LICENCE_NAME, LICENCE_URL, Source

IEEE = "http://ltsc.ieee.org/xsd/LOM"
IMS = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
VOCABULARY = "LOMv1.0"
CATALOGUE = "Kommunen für alle"


def rights(source: Source) -> str:
    """Under which licence the text may be used, in one line."""
    return f"{LICENCE_NAME}, {LICENCE_URL}"


def status(source: Source) -> str:
    """LOM's word for how finished the text is."""
    return "draft" if source.is_draft else "final"


def duration(minutes: int) -> str:
    """ISO 8601, as PT1H30M."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")


def vcard() -> str:
    """Who publishes the module."""
    name = str(settings.ORGANISATION["name"])
    escaped = name.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{escaped}\r\nFN:{escaped}\r\nORG:{escaped}\r\nEND:VCARD"


def _date(source: Source) -> str:
    return timezone.localtime(source.as_of).date().isoformat()


def _version(source: Source) -> str:
    return f"{source.version}.{source.edition}"


# --- IEEE LOM ---------------------------------------------------------------------------------------------------------


def ieee(source: Source) -> Element:
    """The <lom> of a SCORM 2004 manifest."""
    said = source.language

    def words(name: str, text: str) -> Element:
        return element(name, None, element("string", {"language": said}, text=text))

    def term(name: str, value: str) -> Element:
        return element(name, None, element("source", text=VOCABULARY), element("value", text=value))

    return element(
        "lom",
        {"xmlns": IEEE},
        element(
            "general",
            None,
            element("identifier", None, element("catalog", text=CATALOGUE), element("entry", text=source.code)),
            words("title", source.title),
            element("language", text=said),
            words("description", source.summary or source.title),
            *(words("keyword", keyword) for keyword in source.keywords),
        ),
        element(
            "lifeCycle",
            None,
            words("version", _version(source)),
            term("status", status(source)),
            element(
                "contribute",
                None,
                term("role", "publisher"),
                element("entity", text=vcard()),
                element("date", None, element("dateTime", text=_date(source))),
            ),
        ),
        element("metaMetadata", None, element("metadataSchema", text=VOCABULARY), element("language", text=said)),
        element("technical", None, element("format", text="text/html")),
        element(
            "educational",
            None,
            *([words("typicalAgeRange", "18-")]),
            element("typicalLearningTime", None, element("duration", text=duration(source.minutes))),
            *([words("description", source.target_group)] if source.target_group else []),
            element("language", text=said),
        ),
        element(
            "rights",
            None,
            term("cost", "no"),
            term("copyrightAndOtherRestrictions", "yes"),
            words("description", rights(source)),
        ),
        *(
            element("classification", None, term("purpose", "educational objective"), words("description", objective))
            for objective in source.objectives
        ),
    )


# --- IMS metadata 1.2.1 -----------------------------------------------------------------------------------------------


def ims(source: Source) -> Element:
    """The <lom> of a SCORM 1.2 manifest."""
    said = source.language

    def words(name: str, *texts: str) -> Element:
        return element(name, None, *(element("langstring", {"xml:lang": said}, text=text) for text in texts))

    def term(name: str, value: str) -> Element:
        neutral = {"xml:lang": "x-none"}
        return element(
            name,
            None,
            element("source", None, element("langstring", neutral, text=VOCABULARY)),
            element("value", None, element("langstring", neutral, text=value)),
        )

    def keywords() -> Iterator[Element]:
        yield from (words("keyword", keyword) for keyword in source.keywords)

    return element(
        "lom",
        {"xmlns": IMS},
        element(
            "general",
            None,
            words("title", source.title),
            element(
                "catalogentry",
                None,
                element("catalog", text=CATALOGUE),
                element("entry", None, element("langstring", {"xml:lang": "x-none"}, text=source.code)),
            ),
            element("language", text=said),
            words("description", source.summary or source.title),
            *keywords(),
        ),
        element(
            "lifecycle",
            None,
            words("version", _version(source)),
            term("status", status(source).capitalize()),
            element(
                "contribute",
                None,
                term("role", "Publisher"),
                element("centity", None, element("vcard", text=vcard())),
                element("date", None, element("datetime", text=_date(source))),
            ),
        ),
        element("metametadata", None, element("metadatascheme", text="ADL SCORM 1.2"), element("language", text=said)),
        element("technical", None, element("format", text="text/html")),
        element(
            "educational",
            None,
            element("typicallearningtime", None, element("datetime", text=duration(source.minutes))),
            *([words("description", source.target_group)] if source.target_group else []),
            element("language", text=said),
        ),
        element(
            "rights",
            None,
            term("cost", "no"),
            term("copyrightandotherrestrictions", "yes"),
            words("description", rights(source)),
        ),
        *(
            element("classification", None, term("purpose", "Educational Objective"), words("description", objective))
            for objective in source.objectives
        ),
    )
