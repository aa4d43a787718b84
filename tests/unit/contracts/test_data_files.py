"""Areas and vocabulary: read once, and refused with file and line when they cannot be used."""

from pathlib import Path

import pytest

from shared.contracts.areas import Areas
from shared.contracts.errors import DataFileError
from shared.contracts.vocabulary import Vocabulary

DEMO = Path("deploy/demo")


def areas_from(tmp_path: Path, text: str) -> Areas:
    path = tmp_path / "areas.csv"
    path.write_text(text, encoding="utf-8-sig")
    return Areas.load(path)


def test_the_demo_county_can_be_read() -> None:
    areas, vocabulary = Areas.load(DEMO / "areas.csv"), Vocabulary.load(DEMO / "vocabulary.yaml")
    assert areas.name("990100001001") == "凤栖社区"
    assert vocabulary.label("team", "T05") == "第五督导组"
    assert vocabulary.label("severity", "serious") == "严重"


def test_areas_are_found_by_name_code_and_parent() -> None:
    areas = Areas.load(DEMO / "areas.csv")
    assert [area.code for area in areas.search("鸦河")] == ["990100101", "990100101201"]
    assert [area.code for area in areas.search(parent="990100001")] == [
        "990100001001",
        "990100001002",
        "990100001003",
    ]
    assert areas.township_of("990100001001") == "990100001"


def test_an_unknown_code_keeps_its_own_name() -> None:
    areas = Areas.load(DEMO / "areas.csv")
    assert areas.name("999999") == "999999"
    assert Vocabulary.load(DEMO / "vocabulary.yaml").label("severity", "odd") == "odd"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("code,name\n990100,县\n", "line 1: needs the columns"),
        ("code,name,level,parent\n9901,县,county,\n", "line 2: code must have"),
        (
            "code,name,level,parent\n990100,县,county,\n990100,县,county,\n",
            "line 3: code 990100 stands twice",
        ),
        ("code,name,level,parent\n990100,,county,\n", "line 2: name is empty"),
        ("code,name,level,parent\n990100001,镇,township,990100\n", "line 2: parent 990100 must stand above"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(DataFileError, match=complaint):
        areas_from(tmp_path, text)


@pytest.mark.parametrize("text", ["[1, 2]", "severity: {minor: 轻微}", "severity: [", "a: b"])
def test_a_vocabulary_that_lacks_something_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vocabulary.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"vocabulary\.yaml"):
        Vocabulary.load(path)
