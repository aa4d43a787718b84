"""What the county words and numbers itself: wordings of bulletins and series, checked at the start."""

import shutil

import pytest

from services.reporting.adapters.bulletin_writer import JinjaBulletinWriter
from services.reporting.adapters.series import load_series
from services.reporting.domain.series import issuer_of
from shared.contracts.errors import DataFileError
from tests.unit.reporting.bulletins import COUNTY_DIR, LETTERHEADS
from tests.unit.reporting.world import AREAS


@pytest.fixture
def county(tmp_path):
    shutil.copytree(COUNTY_DIR, tmp_path / "county")
    return tmp_path / "county"


def test_the_office_rewords_a_paragraph_in_its_data(county):
    (county / "bulletins/daily_title.txt.j2").write_text("{{ area }}今日督导\n", encoding="utf-8")
    assert JinjaBulletinWriter(county).text("daily", "title", {"area": "示范县"}) == "示范县今日督导"


@pytest.mark.parametrize(
    ("wording", "said"),
    [("{{ nobody }}", "nobody"), ("{% if %}", "TemplateSyntaxError"), (None, "TemplateNotFound")],
)
def test_a_wording_that_cannot_be_stops_the_start(county, wording, said):
    path = county / "bulletins/daily_lead.txt.j2"
    path.unlink()
    if wording:
        path.write_text(wording, encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        JinjaBulletinWriter(county)


def test_a_kind_may_have_a_body_of_its_own_that_issues_it(county):
    row = """  - id: bulletin
    issuer: 示纪通
    format: 示纪通〔{year}〕{n}号
    kinds: [cases]
    source: a test
    valid_from: "2020-01-01"
"""
    path = county / "series.yaml"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    series = load_series(county)
    assert issuer_of(series, "cases", "990100").number(2026, 3) == "示纪通〔2026〕3号"
    assert issuer_of(series, "daily", "990100").number(2026, 3) == "示督通〔2026〕3号"


def test_a_township_issues_what_it_owes_under_its_own_code():
    series = load_series(COUNTY_DIR)
    own = {area.code: issuer_of(series, "plan", area.code).issuer for area in AREAS if len(area.code) == 9}
    assert len(set(own.values())) == len(own) > 10
    assert set(own.values()) <= set(LETTERHEADS)
    assert issuer_of(series, "rectification", "990100001002").number(2026, 3) == "示城办〔2026〕3号"
    assert LETTERHEADS["示城办"].head == "示范县城关街道办事处文件"
    for area, kind in (("990100001", "problems"), ("990100", "plan")):
        assert issuer_of(series, kind, area).issuer == "示督通"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            ("kinds: [plan, rectification], issuer: 示光办", "issuer: 示光办"),
            "names neither kinds nor an area",
        ),
        (('area: "990100002"', 'area: "990100001"'), "in an area each kind"),
        (('area: "990100002"', 'area: "9901"'), "area"),
        (("示督通〔{year}〕{n}号", "示督通〔{year}〕号"), "needs an issuer and a format"),
        (("    issuer: 示督通\n", ""), "needs an issuer"),
        (("id: bulletin", "id: other"), "one row names neither kinds"),
    ],
)
def test_a_series_that_cannot_be_stops_the_start(county, changed, said):
    path = county / "series.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*changed), encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        load_series(county)
