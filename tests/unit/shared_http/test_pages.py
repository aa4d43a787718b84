"""The head that goes with a page: every style of its own is let through, and nothing else."""

import base64
import hashlib

from shared.http.pages import page


def policy(html: str) -> str:
    return str(page(html).headers["Content-Security-Policy"])


def hashed(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def test_a_page_without_styles_lets_none_through() -> None:
    assert "style-src 'none'" in policy("<p>无</p>")


def test_the_style_of_the_page_and_those_of_its_pictures_are_let_through() -> None:
    html = '<style>a{}</style><svg><style type="text/css">b &gt; c{}</style></svg>'
    for style in ("a{}", "b > c{}"):
        assert hashed(style) in policy(html)
    assert "unsafe" not in policy(html)


def test_what_is_written_of_styles_is_no_style() -> None:
    assert "style-src 'none'" in policy("<p>&lt;style&gt;a{}&lt;/style&gt;</p>")
