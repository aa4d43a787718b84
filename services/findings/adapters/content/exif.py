"""What a camera wrote into a picture: how it was held, and when. Where is never read."""

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from PIL import Image
from PIL.ExifTags import IFD, Base

UPRIGHT = 1
_ORIENTATIONS = range(1, 9)
_MOMENT = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})")
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
# A camera that writes no offset is set to the county's time.
_COUNTY = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Picture:
    """`orientation` 1 to 8 as in EXIF; `taken_at` None where the camera wrote nothing that can be a time."""

    orientation: int
    taken_at: datetime | None


def read(image: Image.Image) -> Picture:
    """Out of an opened image; what cannot be read counts as not written."""
    if image.format == "PNG" and "exif" not in image.info:
        # Pillow would unfold the whole picture to look for it behind.
        return Picture(UPRIGHT, None)
    try:
        found = image.getexif()
        details = found.get_ifd(IFD.Exif)
        orientation = found.get(Base.Orientation, UPRIGHT)
        taken = _moment(details.get(Base.DateTimeOriginal), details.get(Base.OffsetTimeOriginal))
    except Exception:  # noqa: BLE001 - phones write much that no standard knows
        return Picture(UPRIGHT, None)
    return Picture(orientation if orientation in _ORIENTATIONS else UPRIGHT, taken)


def orientation_alone(orientation: int) -> bytes:
    """An EXIF block (TIFF) that says how the picture was held and nothing else."""
    entry = struct.pack(">HHIHH", Base.Orientation, 3, 1, orientation, 0)
    return b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _moment(text: object, offset: object) -> datetime | None:
    found = _MOMENT.match(str(text))
    if found is None:
        return None
    try:
        return datetime(*map(int, found.groups()), tzinfo=_zone(offset)).astimezone(UTC)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        # Cameras without a clock write 0000:00:00.
        return None


def _zone(offset: object) -> timezone:
    found = _OFFSET.match(str(offset))
    if found is None:
        return _COUNTY
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(ahead if found[1] == "+" else -ahead)
