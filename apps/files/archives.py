"""Looking into a ZIP archive that somebody uploaded before anything unpacks it: office documents are archives."""

import zipfile

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_MEMBERS = 1_000

_ENCRYPTED = 0x1


class TooManyMembers(ValueError):
    """The archive holds more than MAX_MEMBERS files."""


class GrowsTooMuch(ValueError):
    """Unpacked, the archive would be larger than MAX_UNPACKED_BYTES, or more than MAX_RATIO times its size."""


class PasswordProtected(ValueError):
    """A member of the archive is encrypted."""


def check_sizes(archive: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    """The members of an archive of `size` bytes, if it can be unpacked without harm, judged by its directory alone.

    Python's zipfile never unpacks more of a member than the directory says. Raises TooManyMembers, GrowsTooMuch,
    PasswordProtected.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise TooManyMembers
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * size:
        raise GrowsTooMuch
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise PasswordProtected
    return members
