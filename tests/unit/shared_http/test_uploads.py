"""A file out of multipart/form-data, however the bytes arrive."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.http import uploads
from shared.http.bodies import BODY, CONTENT_TYPE
from shared.http.problems import Problem

MIB = 1024 * 1024
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n'
END = b"\r\n--b--\r\n"


class Wire:
    """A body that arrives in these pieces; one that is an error breaks the connection."""

    def __init__(self, pieces: Iterator[bytes | Problem]) -> None:
        self._pieces = pieces

    def piece(self) -> bytes:
        piece = next(self._pieces, b"")
        if isinstance(piece, Problem):
            raise piece
        return piece


def read(
    *pieces: bytes | Problem, most: int = MIB, media: str = "multipart/form-data; boundary=b"
) -> uploads.Upload:
    environ: dict[str, Any] = {BODY: Wire(iter(pieces)), CONTENT_TYPE: media}
    return uploads.read(environ, most)


def body(data: bytes, name: bytes = b"a.jpg") -> bytes:
    return HEAD % name + data + END


def refusal(*pieces: bytes | Problem, **rest: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        read(*pieces, **rest)
    return caught.value


def content(upload: uploads.Upload) -> bytes:
    upload.file.seek(0)
    return upload.file.read()


DATA = b"\xff\xd8\r\n--\r\n--bb\r\n-\r\r\n--c--" + bytes(range(256)) * 3


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 100_000])
def test_the_file_is_the_same_however_it_arrives(step: int) -> None:
    whole = body(DATA, "现场 1.jpg".encode())
    upload = read(*(whole[at : at + step] for at in range(0, len(whole), step)))
    assert (content(upload), upload.name, upload.size) == (DATA, "现场 1.jpg", len(DATA))
    assert upload.sha256 == hashlib.sha256(DATA).hexdigest()


def test_the_file_is_the_same_wherever_the_wire_cuts_it_in_two() -> None:
    whole = body(DATA[:40])
    for at in range(1, len(whole)):
        assert content(read(whole[:at], whole[at:])) == DATA[:40], whole[:at]


def test_text_before_the_first_part_and_after_the_last_is_not_the_file() -> None:
    upload = read(b"hello\r\n" + body(b"x"), b"good-bye")
    assert content(upload) == b"x"


def test_a_file_of_just_the_limit_is_taken_and_a_byte_more_is_not() -> None:
    assert read(body(b"x" * 1000), most=1000).size == 1000
    assert refusal(body(b"x" * 1001), most=1000).status == 413


@pytest.mark.parametrize(
    "whole",
    [
        b"",
        b"no boundary at all",
        body(b"x")[:-6],
        HEAD % b"a.jpg",
        b"--b\r\nContent-Type: image/jpeg\r\n\r\nx" + END,
        b'--b\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\nx' + END,
    ],
)
def test_a_body_that_is_not_framed_rightly_is_told_so(whole: bytes) -> None:
    assert refusal(whole).status == 400


@pytest.mark.parametrize("parameter", ["", "; boundary=", "; boundary=" + "b" * 71, '; boundary="b\u00e9"'])
def test_a_type_without_a_boundary_that_can_be_one_is_refused(parameter: str) -> None:
    assert refusal(body(b"x"), media=f"multipart/form-data{parameter}").status == 400


@pytest.mark.parametrize(
    ("whole", "field"),
    [
        (b"--b--\r\n", "file"),
        (body(b""), "file"),
        (body(b"", b""), "file"),
        (body(b"x")[: -len(END)] + b"\r\n" + body(b"y"), "file"),
        (b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nx' + END, "note"),
    ],
)
def test_anything_but_one_file_is_refused_by_field(whole: bytes, field: str) -> None:
    problem = refusal(whole)
    assert (problem.status, list(problem.errors or ())) == (422, [field])


@pytest.mark.parametrize(
    "pieces",
    [
        [b"x" * 64_000] * 10,
        [HEAD[:-4] % b"a" + b"\r\nX-Long: "] + [b"y" * 64_000] * 10,
        [body(b"x")] + [b"z" * 64_000] * 10,
    ],
)
def test_what_stands_around_the_file_is_bounded(pieces: list[bytes]) -> None:
    assert refusal(*pieces, most=10 * MIB).status in (400, 413)


def test_a_connection_that_breaks_is_told_as_it_was() -> None:
    cut = Problem(400, "incomplete_body", "cut")
    assert refusal(HEAD % b"a.jpg" + b"x" * 5000, cut) is cut


def test_a_refused_file_is_closed_at_once() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    problems = [refusal(body(b"x" * 1001), most=1000) for _ in range(20)]
    assert len(problems) == 20
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_memory_stays_flat_whatever_the_length() -> None:
    def pieces(count: int) -> Iterator[bytes]:
        yield HEAD % b"a.pdf"
        for _ in range(count):
            yield b"\r\n-" * 21_000
        yield END

    def peak(count: int) -> int:
        environ: dict[str, Any] = {BODY: Wire(pieces(count)), CONTENT_TYPE: "multipart/form-data; boundary=b"}
        tracemalloc.start()
        uploads.read(environ, 64 * MIB).close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4)
    assert peak(160) < 1.5 * peak(16)
    assert peak(160) < MIB
