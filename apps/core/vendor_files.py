"""Front-end files of others: pinned in `static/vendor/vendor.toml`, checked byte by byte."""

import base64
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MANIFEST = Path("static/vendor/vendor.toml")
FOLDERS = (Path("static/vendor"), Path("tests/vendor"))


@dataclass(frozen=True)
class VendorFile:
    """One vendored file: its package, its path from the repository's root, its expected digest."""

    package: str
    path: Path
    integrity: str


def integrity(content: bytes) -> str:
    """Subresource-integrity string (SHA-384) of `content`, as browsers and npm write it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def listed_files(root: Path) -> list[VendorFile]:
    """What the manifest below `root` lists. Raises FileNotFoundError, KeyError or tomllib.TOMLDecodeError."""
    manifest = tomllib.loads((root / MANIFEST).read_text(encoding="utf-8"))
    return [
        VendorFile(package["name"], Path(package["folder"]) / name, digest)
        for package in manifest["package"]
        for name, digest in package["files"].items()
    ]


def problems(root: Path) -> Iterator[str]:
    """One sentence for each file that is missing, changed, or there without being listed."""
    listed = listed_files(root)
    for file in listed:
        if not (root / file.path).is_file():
            yield f"{file.path} ({file.package}) is missing."
        elif integrity((root / file.path).read_bytes()) != file.integrity:
            yield f"{file.path} ({file.package}) is not the file that was pinned."
    known = {file.path for file in listed} | {MANIFEST}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.relative_to(root) not in known:
                yield f"{path.relative_to(root)} is not listed in {MANIFEST}."
