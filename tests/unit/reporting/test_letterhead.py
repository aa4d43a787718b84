"""The county's letterhead is checked at start."""

from pathlib import Path

import pytest

from services.reporting.adapters.letterhead import load_letterheads
from shared.contracts.errors import DataFileError

_ROW = "  - {issuer: 示督通, head: 某文件, signed_by: 某室, printed_by: 某室, source: x, valid_from: 2020-01-01}\n"


def test_letterheads_are_known_by_the_code_of_the_body(tmp_path: Path) -> None:
    (tmp_path / "letterhead.yaml").write_text(f"version: 1\nrows:\n{_ROW}", encoding="utf-8")
    assert load_letterheads(tmp_path)["示督通"].head == "某文件"


@pytest.mark.parametrize(("of", "to"), [("head: 某文件, ", ""), ("某文件", "''"), ("source: x, ", "")])
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, of: str, to: str) -> None:
    (tmp_path / "letterhead.yaml").write_text(f"version: 1\nrows:\n{_ROW.replace(of, to)}", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"letterhead\.yaml, line 3"):
        load_letterheads(tmp_path)
