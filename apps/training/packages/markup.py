"""Writing manifests: elements with the names and prefixes that the specifications print, as platforms look for them."""

from collections.abc import Mapping
from xml.etree import ElementTree

Element = ElementTree.Element


def element(name: str, attributes: Mapping[str, str] | None = None, *children: Element, text: str = "") -> Element:
    """An element with its children or its text."""
    made = Element(name, dict(attributes or {}))
    made.extend(children)
    if text:
        made.text = text
    return made


def written(root: Element) -> bytes:
    """The document, indented, in UTF-8."""
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
