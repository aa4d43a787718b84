"""The child that sets documents: asked again when it hangs or dies, refused when it does so twice."""

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.reporting.adapters.rendering import wire
from services.reporting.adapters.rendering.process import ChildRenderer
from services.reporting.domain.errors import RenderingError
from services.reporting.domain.official_document import DOCX, PDF
from tests.unit.reporting.official_documents import document

NO_FONTS = Path("no-such-folder")
_FAKE = """
import os, pathlib, sys, time
from services.reporting.adapters.rendering import wire
tries = pathlib.Path(sys.argv[1])
tries.write_text(tries.read_text() + "x")
wire.read_frame(os.fdopen(os.dup(0), "rb").read)
{what}
os.write(1, wire.frame(wire.DONE, b"done"))
time.sleep(60)
"""


def _fake(folder: Path, what: str, seconds: float = 20) -> tuple[ChildRenderer, Path]:
    """A child that does `what` with its request; the file counts how often one was started."""
    tries = folder / "tries"
    tries.write_text("")
    return ChildRenderer(
        NO_FONTS, seconds, [sys.executable, "-c", _FAKE.format(what=what), str(tries)]
    ), tries


@pytest.fixture
def renderer() -> Iterator[ChildRenderer]:
    made = ChildRenderer(NO_FONTS, 30)
    yield made
    made.close()


def test_a_document_goes_over_whole() -> None:
    whole = document()
    assert wire.asked(wire.request(whole, PDF)) == (whole, PDF)
    unsigned = document(signed_on=None, printed_on=None, number=None, remark="𠮷\ud800")
    assert wire.asked(wire.request(unsigned, DOCX)) == (unsigned, DOCX)


@pytest.mark.parametrize(
    "broken", [b"", b"d\x00", b"d\x00\x00\x00\x05ab", b"x\x00\x00\x00\x00", b"d\xff\xff\xff\xff"]
)
def test_a_broken_frame_is_known_as_one(broken: bytes) -> None:
    with pytest.raises(wire.BrokenFrameError):
        wire.read_frame(io.BytesIO(broken).read)


def test_one_child_sets_many_and_another_takes_the_place_of_a_dead_one(renderer: ChildRenderer) -> None:
    first = renderer.render(document(), DOCX)
    child = renderer.child
    assert child is not None
    assert renderer.render(document(), DOCX) == first
    assert renderer.child == child
    os.kill(child, signal.SIGKILL)
    assert renderer.render(document(), DOCX) == first
    assert renderer.child != child


def test_a_stopped_child_costs_one_attempt() -> None:
    renderer = ChildRenderer(NO_FONTS, 8)
    try:
        first = renderer.render(document(), DOCX)
        child = renderer.child
        assert child is not None
        os.kill(child, signal.SIGSTOP)
        assert renderer.render(document(), DOCX) == first
        assert renderer.child != child
    finally:
        renderer.close()


@pytest.mark.parametrize("what", ["time.sleep(60)", "os._exit(3)", "os.write(1, b'printed by a library')"])
def test_what_hangs_or_dies_is_tried_twice_and_then_refused(tmp_path: Path, what: str) -> None:
    renderer, tries = _fake(tmp_path, what, seconds=4)
    with pytest.raises(RenderingError):
        renderer.render(document(), PDF)
    assert tries.read_text() == "xx"
    assert renderer.child is None


def test_the_second_attempt_may_succeed(tmp_path: Path) -> None:
    renderer, tries = _fake(tmp_path, "if tries.read_text() == 'x': os._exit(1)")
    assert renderer.render(document(), PDF) == b"done"
    assert tries.read_text() == "xx"
    renderer.close()


def test_missing_fonts_refuse_the_pdf_alone(renderer: ChildRenderer) -> None:
    with pytest.raises(RenderingError):
        renderer.render(document(), PDF)
    assert renderer.render(document(), DOCX)


def test_the_child_ends_with_its_parent(renderer: ChildRenderer) -> None:
    renderer.render(document(), DOCX)
    child, line = renderer._child, renderer._line
    assert child is not None
    assert line is not None
    line.close()
    assert child.wait(timeout=10) == 0


def test_the_child_ends_by_itself_when_a_document_takes_too_long(tmp_path: Path) -> None:
    alone = (
        "import sys, time, pathlib\n"
        "from services.reporting.adapters.rendering import child\n"
        "child.answer = lambda *_: time.sleep(60)\n"
        "child.main(pathlib.Path('none'), 0.5)\n"
    )
    renderer = ChildRenderer(NO_FONTS, 30, [sys.executable, "-c", alone])
    begin = time.monotonic()
    with pytest.raises(RenderingError):
        renderer.render(document(), PDF)
    assert time.monotonic() - begin < 30


def test_the_child_knows_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUZE_JWT_KEY", "secret")
    renderer, _ = _fake(
        tmp_path, "assert not [name for name in os.environ if 'KEY' in name or 'URI' in name]"
    )
    assert renderer.render(document(), PDF) == b"done"
    renderer.close()


def test_what_a_child_files_for_itself_goes_with_it(tmp_path: Path) -> None:
    where = tmp_path / "where"
    said = f"open({str(where)!r}, 'w').write(__import__('tempfile').mkdtemp())"
    renderer, _ = _fake(tmp_path, said)
    renderer.render(document(), PDF)
    assert Path(where.read_text()).is_dir()
    renderer.close()
    assert not Path(where.read_text()).parent.exists()
