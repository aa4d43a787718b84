"""Charts as SVG: the same each time, with their labels, without scripts and addresses."""

import re

from lxml import etree

from services.reporting.adapters.rendering.charts import svg
from services.reporting.domain.official_document import BARS, Chart, Series
from tests.unit.reporting.official_documents import AREAS, COURSE, HOSTILE


def _texts(drawn: str) -> list[str]:
    return ["".join(one.itertext()) for one in etree.fromstring(drawn.encode()).iter("{*}text")]


def test_charts_show_their_labels_and_figures() -> None:
    drawn = svg(AREAS)
    assert {"凤栖镇", "施营镇", "东街街道", "已销号", "未销号", "12", "条"} <= set(_texts(drawn))
    assert {"第1周", "77", "%"} <= set(_texts(svg(COURSE)))


def test_a_chart_is_the_same_each_time_and_nothing_but_a_picture() -> None:
    for chart in (AREAS, COURSE):
        drawn = svg(chart)
        assert drawn == svg(chart)
        assert "<script" not in drawn
        assert "<!--" not in drawn
        assert not re.search(r"""(href|src)=["']|url\(http""", drawn)


def test_hostile_labels_are_text() -> None:
    for text in HOSTILE[:4]:
        hostile = Chart(caption=text, shape=BARS, labels=(text,), series=(Series(text, (1,)),), unit=text)
        drawn = svg(hostile)
        assert text in _texts(drawn)
        assert not etree.fromstring(drawn.encode()).findall(".//{*}script")


def test_nothing_to_draw_is_said() -> None:
    assert "无数据" in _texts(svg(Chart(caption="", shape=BARS, labels=(), series=(), unit="个")))


def test_nothing_in_it_has_a_style_of_its_own_which_a_page_would_refuse() -> None:
    assert all(" style=" not in svg(chart) for chart in (AREAS, COURSE))
