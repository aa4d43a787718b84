"""Small files as phones and offices make them, for the tests of evidence."""

import io
import struct
import zlib

from PIL import Image

GPS_IFD, EXIF_IFD, ORIENTATION, TAKEN, OFFSET = 0x8825, 0x8769, 0x0112, 0x9003, 0x9011
LATITUDE = (31.0, 52.0, 33.0)


def jpeg(
    colour: str = "red", *, taken: str | None = None, offset: str | None = None, orientation: int | None = None,
    place: bool = False, progressive: bool = False,
) -> bytes:  # fmt: skip
    """A photo; `place` puts a latitude into it, as phones do."""
    image = Image.new("RGB", (64, 48), colour)
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    details = exif.get_ifd(EXIF_IFD)
    if taken is not None:
        details[TAKEN] = taken
    if offset is not None:
        details[OFFSET] = offset
    if place:
        exif.get_ifd(GPS_IFD).update({1: "N", 2: LATITUDE})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"31.8759N", progressive=progressive, quality=80)
    return out.getvalue()


def png(*, orientation: int | None = None) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD).update({1: "N", 2: LATITUDE})
    if orientation is not None:
        exif[ORIENTATION] = orientation
    Image.new("RGB", (64, 48), "blue").save(out, "PNG", exif=exif.tobytes())
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, "PDF")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A head that promises so many pixels; its chunks are whole."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\x00" * 100)), (b"IEND", b""))
    )
