"""The fonts of printed documents: what is missing is known, and said in words a person can act on."""

from pathlib import Path

import pytest

from deploy.local import fonts
from deploy.local.errors import StackError
from deploy.local.settings import ROOT


def test_the_fonts_of_this_clone_are_whole() -> None:
    folder = fonts.folder({})
    assert folder == ROOT / ".cache/fonts"
    assert fonts.missing(folder) == []
    fonts.fetch(folder)
    assert {file.name for file in (folder / fonts.LICENCES).iterdir()} == set(fonts.PACKAGES)


def test_a_package_of_which_a_file_lacks_is_missing(tmp_path: Path) -> None:
    assert fonts.missing(tmp_path) == list(fonts.PACKAGES)
    (tmp_path / "ukai.ttc").write_bytes(b"x")
    assert fonts.missing(tmp_path) == ["texlive-lang-chinese", "fonts-noto-cjk"]


def test_where_nothing_can_be_fetched_it_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match=r"apt-get download texlive-lang-chinese .* DUZE_FONTS_DIR"):
        fonts.fetch(tmp_path / "fonts")
