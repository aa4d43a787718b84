"""What the county words and numbers itself: wordings of bulletins and series, checked at the start."""

import shutil

import pytest

from services.reporting.adapters.bulletin_writer import JinjaBulletinWriter
from services.reporting.adapters.series import load_series
from services.reporting.domain.series import issuer_of
from shared.contracts.errors import DataFileError
from tests.unit.reporting.bulletins import COUNTY_DIR


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


@pytest.mark.parametrize(
    ("changed", "said"),
    [
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
