"""An official document 公文 as it is printed (GB/T 9704-2012): plain, frozen data that a renderer sets in type.

Texts are without markup and without ordinals: 一、（一）1.（1） are counted by `ordinals`, so that what is left out
renumbers the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

DOCX, PDF = "docx", "pdf"
FORMATS = (DOCX, PDF)
LEVELS = (1, 2, 3, 4)
"""一、 （一） 1. （1）: set in 黑体, 楷体, 仿宋, 仿宋."""
BARS, LINES = "bars", "lines"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered line; at levels 3 and 4 it may be as long as a paragraph, as itemised problems are."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"a heading has a level of 1 to 4, not {self.level}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`numbers` are the columns that hold figures, by place from 0: they are set to the right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.header or any(len(row) != len(self.header) for row in self.rows):
            raise ValueError("each row of a table has as many cells as its header")


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: a value for each label, None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars compare areas, lines show a course over time. Where nothing can be drawn it is set as a table."""

    caption: str
    shape: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str

    def __post_init__(self) -> None:
        if self.shape not in (BARS, LINES):
            raise ValueError(f"a chart has bars or lines, not {self.shape}")
        if any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("each series of a chart has a value for each label")

    def as_table(self) -> Table:
        """The figures behind it."""
        rows = zip(self.labels, *(one.values for one in self.series), strict=True)
        return Table(
            caption=f"{self.caption}（单位：{self.unit}）",
            header=("", *(one.name for one in self.series)),
            rows=tuple((label, *map(_figure, values)) for label, *values in rows),
            numbers=tuple(range(1, len(self.series) + 1)),
        )


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialDocument:
    """`head` is the red line on the first page (发文机关标志), `number` None while it is a draft, `remark` stands
    under a draft's title. `signed_on` and `printed_on` are None while nobody has signed."""

    head: str
    number: str | None
    title: str
    addressees: tuple[str, ...]
    body: tuple[Block, ...]
    signed_by: str
    signed_on: date | None
    printed_by: str
    printed_on: date | None
    attachments: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    remark: str | None = None


def ordinals(body: Sequence[Block]) -> list[str]:
    """What stands before each block: the ordinal of a heading, nothing before others. A heading begins the counts
    below it anew."""
    counts = [0] * len(LEVELS)
    found: list[str] = []
    for block in body:
        if not isinstance(block, Heading):
            found.append("")
            continue
        counts[block.level - 1] += 1
        counts[block.level :] = [0] * (len(LEVELS) - block.level)
        found.append(_ordinal(block.level, counts[block.level - 1]))
    return found


def chinese_number(number: int) -> str:
    """一 to 九百九十九 as headings are numbered; figures beyond."""
    if not 0 < number < 1000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        said += _DIGITS[0]
    return said + (_DIGITS[ones] if ones else "")


def chinese_date(day: date) -> str:
    """As it stands under the signature: figures, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def percent(rate: float | None) -> str:
    """A rate as people read it; a dash where there is nothing to divide by."""
    return "—" if rate is None else f"{rate:.1%}"


def _ordinal(level: int, place: int) -> str:
    return (f"{chinese_number(place)}、", f"（{chinese_number(place)}）", f"{place}.", f"（{place}）")[
        level - 1
    ]


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
