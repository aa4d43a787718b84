"""What an uploaded file is told by its bytes, and what is served of it."""

import io
import tempfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.findings.adapters.content.inspection import inspect, safe_name
from services.findings.application.ports import Content
from services.findings.domain.errors import InvalidError
from tests.support import pictures

ZIP = b"PK\x03\x04payload" + b"PK\x05\x06" + b"\x00" * 18


def seen(data: bytes, name: str = "photo.jpg") -> tuple[Content, bytes]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        content = inspect(name, file)
        return content, b"".join(content.served)


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidError) as caught:
        seen(data)
    return caught.value.errors["file"][0]


@pytest.mark.parametrize(
    ("data", "content_type", "name"),
    [
        (pictures.jpeg(), "image/jpeg", "现场.jpg"),
        (pictures.jpeg(progressive=True), "image/jpeg", "现场.jpg"),
        (pictures.png(), "image/png", "现场.png"),
        (pictures.pdf(), "application/pdf", "现场.pdf"),
    ],
)
def test_the_content_decides_what_it_is_and_the_name_follows(
    data: bytes, content_type: str, name: str
) -> None:
    content, _ = seen(data, "现场.html")
    assert (content.content_type, content.name) == (content_type, name)


def test_a_web_page_named_jpg_is_refused_and_told_what_is_taken() -> None:
    assert "JPEG, PNG or PDF" in refusal(b"<html><script>alert(1)</script></html>")


@pytest.mark.parametrize("data", [pictures.jpeg(place=True), pictures.png()])
def test_the_place_is_not_served(data: bytes) -> None:
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(pictures.GPS_IFD)
    _, served = seen(data)
    image = Image.open(io.BytesIO(served))
    assert not image.getexif().get_ifd(pictures.GPS_IFD)
    assert b"31.8759N" not in served
    assert image.tobytes() == Image.open(io.BytesIO(data)).tobytes()


@pytest.mark.parametrize("data", [pictures.jpeg(place=True, orientation=6), pictures.png(orientation=6)])
def test_how_it_was_held_stays(data: bytes) -> None:
    _, served = seen(data)
    assert dict(Image.open(io.BytesIO(served)).getexif()) == {pictures.ORIENTATION: 6}


@pytest.mark.parametrize(
    ("taken", "offset", "moment"),
    [
        ("2026:02:10 08:30:00", None, datetime(2026, 2, 10, 0, 30, tzinfo=UTC)),
        ("2026:02:10 08:30:00", "+00:00", datetime(2026, 2, 10, 8, 30, tzinfo=UTC)),
        ("0000:00:00 00:00:00", None, None),
        ("soon", None, None),
        (None, None, None),
    ],
)
def test_when_it_was_taken_is_read_in_the_countys_time(
    taken: str | None, offset: str | None, moment: datetime | None
) -> None:
    content, _ = seen(pictures.jpeg(taken=taken, offset=offset))
    assert content.taken_at == moment


@pytest.mark.parametrize("whole", [pictures.jpeg(), pictures.png(), pictures.pdf()])
def test_a_file_cut_off_anywhere_near_its_end_is_refused(whole: bytes) -> None:
    for lost in (8, len(whole) // 2):
        assert "damaged" in refusal(whole[:-lost])


@pytest.mark.parametrize("whole", [pictures.jpeg(), pictures.png(), pictures.pdf()])
@pytest.mark.parametrize("tail", [ZIP, b"<html><script>alert(1)</script>", b"MZ\x90" + b"\x00" * 60])
def test_a_file_that_is_another_one_too_is_refused(whole: bytes, tail: bytes) -> None:
    assert refusal(whole + tail)


@pytest.mark.parametrize("hidden", [b"%PDF-1.7", b"<script>alert(1)</script>", b"<?php system(1);"])
def test_a_photo_whose_comment_is_another_file_is_refused(hidden: bytes) -> None:
    whole = pictures.jpeg()
    comment = b"\xff\xfe" + (len(hidden) + 2).to_bytes(2, "big") + hidden
    assert "another kind" in refusal(whole[:2] + comment + whole[2:])


def test_what_phones_put_behind_a_photo_is_taken_and_not_served() -> None:
    whole = pictures.jpeg()
    film, own = (
        b"\x00\x00\x00\x18ftypmp42" + b"\x01" * 100,
        b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data" * 9,
    )
    for rest in (pictures.jpeg("blue", place=True), film, own):
        _, served = seen(whole + rest)
        assert served == seen(whole)[1]


def test_a_picture_that_unfolds_without_measure_is_refused() -> None:
    assert "pixels" in refusal(pictures.png_of(12_000, 12_000))
    assert "pixels" in refusal(pictures.png_of(60_000, 60_000))


def test_a_picture_with_a_wrong_checksum_is_refused() -> None:
    whole = bytearray(pictures.png())
    at = whole.index(b"IDAT") + 6
    whole[at] ^= 0xFF
    assert "damaged" in refusal(bytes(whole))


WHOLE = [pictures.jpeg(place=True, orientation=6), pictures.png(orientation=6), pictures.pdf()]


@given(
    whole=st.sampled_from(WHOLE),
    changes=st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=6)), min_size=1, max_size=4),
    length=st.integers(0, 4000),
)
def test_whatever_is_sent_is_served_without_its_place_or_refused(
    whole: bytes, changes: list[tuple[int, bytes]], length: int
) -> None:
    data = bytearray(whole)
    for where, put in changes:
        at = where % len(data)
        data[at : at + len(put)] = put
    sent = bytes(data[: max(1, length)]) if length < 40 else bytes(data)
    try:
        content, served = seen(sent)
    except InvalidError:
        return
    assert content.content_type in ("image/jpeg", "image/png", "application/pdf")
    if content.content_type == "image/jpeg":
        assert b"31.8759N" not in served
        with Image.open(io.BytesIO(served)) as image:
            assert not image.getexif().get_ifd(pictures.GPS_IFD)


def test_a_picture_without_a_picture_is_refused() -> None:
    assert "damaged" in refusal(b"\xff\xd8\xff\xd9")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\照片\\东门 1.JPG", "东门 1.jpg"),
        ("a\r\nSet-Cookie: x\x00.jpg", "aSet-Cookie x.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("..", "evidence.jpg"),
        ("", "evidence.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("长" * 300, "长" * 100 + ".jpg"),
    ],
)
def test_a_name_cannot_do_harm(sent: str, kept: str) -> None:
    assert safe_name(sent, ".jpg") == kept
