"""The typefaces: which file holds which, what each can show, and the child's own font configuration."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

TEXT, RARE, RAREST = "text", "rare", "rarest"
"""The faces of the text; UKai, whose style is near; Noto Serif, which has nearly every character."""
_UKAI = "ukai.ttc"
_FILES = (
    "FandolFang-Regular.otf", "FandolKai-Regular.otf", "FandolHei-Regular.otf", "FandolSong-Bold.otf",
    "FandolSong-Regular.otf", _UKAI, "NotoSerifCJK-Regular.ttc",
)  # fmt: skip
_SET_IN = _FILES[:5]
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class MissingFacesError(Exception):
    """Files that are not in the folder of fonts."""

    def __init__(self, folder: Path, files: Sequence[str]) -> None:
        super().__init__(
            f"{folder} lacks {', '.join(files)}: python -m deploy.local.fonts {folder} fetches them"
        )


class Faces:
    """The faces of one folder."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise MissingFacesError(folder, missing)
        self._folder = folder.resolve()

    def configuration(self, cache: Path) -> str:
        """For fontconfig: these faces and no others, so that a page looks the same on every machine."""
        return _CONFIGURATION.format(folder=escape(str(self._folder)), cache=escape(str(cache)))

    @cached_property
    def common(self) -> frozenset[int]:
        """The characters that every face of the text has."""
        shown = [self._characters(name) for name in _SET_IN]
        return frozenset(set.intersection(*shown))

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """The text in pieces, each with the faces it needs: those of the text, or those for rare characters."""
        piece, before = "", TEXT
        for character in text:
            faces = self._faces_for(ord(character))
            if faces != before and piece:
                yield before, piece
                piece = ""
            piece, before = piece + character, faces
        if piece:
            yield before, piece

    def _faces_for(self, character: int) -> str:
        if character < 0x80 or character in self.common:
            return TEXT
        return RARE if character in self._drawn else RAREST

    @cached_property
    def _drawn(self) -> frozenset[int]:
        """What UKai has: of some characters it knows the name but draws nothing."""
        with TTFont(self._folder / _UKAI, fontNumber=0, lazy=True) as face:
            outlines = face["glyf"]
            return frozenset(
                character
                for character, name in face.getBestCmap().items()
                if outlines[name].numberOfContours != 0
            )

    def _characters(self, name: str) -> set[int]:
        with TTFont(self._folder / name, lazy=True) as face:
            return set(face.getBestCmap())
