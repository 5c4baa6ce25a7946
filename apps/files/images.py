"""Pictures without what cameras write into them: place, time, device. Re-encoded, so that pixels alone remain."""

import io
import struct

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 50_000_000
_JPEG_QUALITY = 90
# What Pillow's readers raise over files that are damaged or not what they claim to be.
_UNREADABLE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class Unreadable(ValueError):
    """It is no picture of this format, or a damaged one."""


class TooManyPixels(ValueError):
    """The picture is larger than MAX_PIXELS; told from its head, before it is unpacked."""


def reencoded(content: bytes, picture_format: str) -> bytes:
    """The same picture (picture_format: PNG or JPEG), turned as its camera meant it, without any metadata.

    Of an animation the first frame. Raises Unreadable, TooManyPixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
            is_small = picture.width * picture.height <= MAX_PIXELS
            upright = ImageOps.exif_transpose(picture) if is_small else None
    except _BOMB as error:
        raise TooManyPixels from error
    except _UNREADABLE as error:
        raise Unreadable from error
    if upright is None:
        raise TooManyPixels
    # Comments, EXIF, XMP and colour profiles would be written again from `info`.
    upright.info = {name: upright.info[name] for name in ("dpi", "transparency") if name in upright.info}
    if picture_format == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    written = io.BytesIO()
    upright.save(
        written, picture_format, optimize=True, quality=_JPEG_QUALITY
    )  # PNG knows no quality and passes over it
    return written.getvalue()
