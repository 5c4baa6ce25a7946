"""A module's metadata by the Allgemeines Metadatenprofil für Bildungsressourcen (AMB, 2023-10-19), as JSON-LD. Pure."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from apps.training.models import Module, ModuleEdition
from apps.training.packages.source import LICENCE_URL

CONTEXT = "https://w3id.org/kim/amb/context.jsonld"
#: Characters that could end the block, as JSON writes them otherwise.
_NO_MARKUP = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
_COURSE = "https://w3id.org/kim/hcrt/course"
_FURTHER_EDUCATION = "https://w3id.org/kim/educationalLevel/level_C"
_PROFESSIONALS = "http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/professional"
_NO_LOGIN = "http://w3id.org/kim/conditionsOfAccess/no_login"
_MIXED = "http://purl.org/dcx/lrmi-vocabs/interactivityType/mixed"


def describe(module: Module, edition: ModuleEdition, url: str, *, keywords: Sequence[str] = ()) -> dict[str, Any]:
    """The metadata of a module with the text that is offered. url: its public page, absolute."""
    version = edition.version
    organisation: dict[str, str] = {"type": "Organization", "name": str(settings.ORGANISATION["name"])}
    home = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"
    found: dict[str, Any] = {
        "@context": [CONTEXT, {"@language": "de"}],
        "id": url,
        "type": ["LearningResource", "Course"],
        "name": edition.title,
        "description": edition.summary,
        "inLanguage": ["de"],
        "license": {"id": LICENCE_URL},
        "creator": [organisation],
        "publisher": [organisation],
        "funder": [{"type": "FundingScheme", "name": str(settings.FUNDER_LINE)}],
        "keywords": list(keywords),
        "learningResourceType": [_concept(_COURSE, "Kurs", "course")],
        "educationalLevel": [_concept(_FURTHER_EDUCATION, "Fortbildung", "further education")],
        "audience": [_concept(_PROFESSIONALS, "Berufstätige", "professional")],
        "interactivityType": _concept(_MIXED, "gemischt", "mixed"),
        "isAccessibleForFree": True,
        "conditionsOfAccess": _concept(_NO_LOGIN, "Kein Login notwendig", "no login required"),
        "teaches": [
            {"id": f"{url}#objective-{number}", "prefLabel": {"de": text}}
            for number, text in enumerate(edition.objectives, 1)
        ],
        "dateModified": _day(edition.frozen_at or edition.updated_at),
        "mainEntityOfPage": [{"id": url, "type": "WebContent", "provider": _provider(organisation, home)}],
    }
    if version.published_at is not None:
        found["datePublished"] = _day(version.published_at)
    return {name: value for name, value in found.items() if value not in ("", [])}


def as_script(found: dict[str, Any]) -> SafeString:
    """The metadata as they stand in the page, where harvesters look for them: a block of data, never executed."""
    text = json.dumps(found, ensure_ascii=False).translate(_NO_MARKUP)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # no "<" is left in it


def _concept(key: str, german: str, english: str) -> dict[str, Any]:
    return {"type": "Concept", "id": key, "prefLabel": {"de": german, "en": english}}


def _provider(organisation: dict[str, str], home: str) -> dict[str, str]:
    return {"type": "Service", "id": home, "name": organisation["name"]}


def _day(moment: Any) -> str:
    return timezone.localtime(moment).date().isoformat()
