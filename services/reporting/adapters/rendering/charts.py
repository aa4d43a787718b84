"""Charts as SVG for pages and PDF: the same bytes for the same figures, no script, no address."""

from typing import Any

import pygal
from lxml import etree
from pygal.style import Style

from services.reporting.adapters.rendering.texts import clean
from services.reporting.domain.official_document import BARS, Chart

WIDTH, HEIGHT = 590, 300
"""Pixels: the width of the text, 156 mm."""
_FAMILY = "FandolHei, 'Noto Sans CJK SC', sans-serif"
_STYLE = Style(
    background="transparent", plot_background="transparent", foreground="#000", foreground_strong="#000",
    foreground_subtle="#888", opacity="1", opacity_hover="1", transition="0s",
    colors=("#b3261e", "#4a6fa5", "#8a8a8a", "#d9a441", "#4f8a5b"),
    font_family=_FAMILY, label_font_family=_FAMILY, major_label_font_family=_FAMILY, legend_font_family=_FAMILY,
    title_font_family=_FAMILY, value_font_family=_FAMILY, label_font_size=13, major_label_font_size=13,
    legend_font_size=13, value_font_size=12, title_font_size=15, no_data_font_family=_FAMILY,
)  # fmt: skip


def svg(chart: Chart) -> str:
    """The chart as a picture; its caption stands beside it, not in it."""
    options: dict[str, Any] = {
        "width": WIDTH, "height": HEIGHT, "explicit_size": True, "js": (), "style": _STYLE,
        "disable_xml_declaration": True, "legend_at_bottom": True, "legend_box_size": 11, "margin": 8,
        "print_values": True, "print_values_position": "top", "show_legend": len(chart.series) > 1,
        "truncate_label": -1, "truncate_legend": -1, "include_x_axis": True, "no_data_text": "无数据",
        "x_label_rotation": 0 if len(chart.labels) < 9 else 30, "y_title": clean(chart.unit),
        "value_formatter": lambda value: f"{value:g}", "show_minor_x_labels": True,
    }  # fmt: skip
    drawn = pygal.Bar(**options) if chart.shape == BARS else pygal.Line(**options)
    drawn.x_labels = [clean(label) for label in chart.labels]
    for one in chart.series:
        drawn.add(clean(one.name), list(one.values))
    # A random one unless it is set.
    drawn.uuid = "duze"
    picture = drawn.render_tree()
    # The script is for pages that can be hovered over; a comment tells the day.
    etree.strip_elements(picture, "{*}script", etree.Comment, with_tail=False)
    # What waits for a hovering mouse is hidden by a style of its own, which a page does not let through.
    for hidden in picture.findall(".//*[@style]"):
        hidden.getparent().remove(hidden)
    return str(etree.tostring(picture, encoding="unicode"))
