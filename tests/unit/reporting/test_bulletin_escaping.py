"""What people wrote is read in a bulletin as they wrote it, and never as markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from services.reporting.adapters.plain_texts import markdown, plain
from services.reporting.domain.fact import rebuild
from tests.unit.reporting.bulletins import BulletinWorld
from tests.unit.reporting.world import moved

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","点我")',
    "𠮷野家𠮷",
    "x" * 2000,
    "# 标题\n\n- 列表\n1. 编号\n| a | b |\n| --- | --- |",
    "</style><style>body{display:none}</style>",
    "[点我](javascript:alert(1)) ![图](x) <https://evil.example> www.evil.example a@evil.example",
    "**粗** __粗__ ~~删~~ `码` $x$ &lt;b&gt; &#60; \\*",
    "```\n代码\n```",
    "{{ 7*7 }} {% raw %} {# x #}",
    "1) 一\u202e反向\u2066\x00\x1b[31m\u2028行",
    "+ 加号",
    "-- 标题\n===",
    "    缩进",
)
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_TEXTS = {"text", "inline", "paragraph_open", "paragraph_close"}


class _Tags(HTMLParser):
    """The tags of a page by how often they stand there, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def _drafted(text: str) -> tuple[BulletinWorld, str]:
    facts = [rebuild("f-1", [moved("f-1", description=text, place={"name": text, "kind": "other"})])]
    world = BulletinWorld(facts)
    bulletin = world.draft(title=text[:200])["id"]
    world.edit(bulletin, lead=text, closing=text, addressees=[text], copy_to=[text])
    return world, bulletin


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = _MARKDOWN.parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    return [(token.type, token.content) for token in (*tokens, *inner)]


@given(st.text(max_size=200) | st.text(alphabet="#*_-+=|<>[]()!`~\\&1.)\n\t $@:/w", max_size=60))
def test_any_text_is_shown_in_markdown_as_it_is_and_is_nothing_else(text: str) -> None:
    tokens = _tokens(markdown(text))
    assert {kind for kind, _ in tokens} <= _TEXTS | {"text_special"}
    assert "".join(content for kind, content in tokens if kind.startswith("text")) == plain(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing_to_the_structure_of_the_markdown(text: str) -> None:
    world, bulletin = _drafted(text)
    harmless, other = _drafted("无害")
    kinds = [kind for kind, _ in _tokens(world.render(bulletin, "md")) if not kind.startswith("text")]
    expected = [kind for kind, _ in _tokens(harmless.render(other, "md")) if not kind.startswith("text")]
    lines = len([line for line in text.splitlines() if plain(line)])
    paragraphs = ["paragraph_open", "inline", "paragraph_close"] * 2 * (lines - 1)
    assert sorted(kinds) == sorted(expected + paragraphs)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_tag_to_the_page(text: str) -> None:
    world, bulletin = _drafted(text)
    harmless, other = _drafted("无害")
    page = _Tags(world.render(bulletin, "html"))
    lines = len([line for line in text.splitlines() if plain(line)])
    expected = _Tags(harmless.render(other, "html")).tags + ["p"] * 2 * (lines - 1)
    assert sorted(page.tags) == sorted(expected)
    assert plain(text) in page.said


def test_a_text_is_one_line_without_what_steers_others() -> None:
    assert plain("a\u202eb\u2066c\x00d\x1b e\u2028f\r\n\tg") == "abcd e f g"
    assert plain("𠮷野家") == "𠮷野家"
    assert markdown("=HYPERLINK(1)") == "\\=HYPERLINK(1)"
    assert markdown("见 https://a.example 和 www.b.example") == "见 https\\://a.example 和 www\\.b.example"
