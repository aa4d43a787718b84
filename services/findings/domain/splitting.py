"""A pasted note (督导反馈) taken apart into proposed findings, by plain rules; a person confirms each by posting it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

_SENTENCE = re.compile(r"[。;;!!\n]+|(?=[①-⑳])|(?<=[,,::\s])(?=[一二三四五六七八九十]是)")
_NUMBERING = re.compile(
    r"^\s*(?:[((]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[))、..]|[①-⑳]|[一二三四五六七八九十]是|[-*·•])\s*(?!\d)"
)
_SECTION = re.compile(r"^\s*[((]?[一二三四五六七八九十]{1,3}[))、]")
_HEADING = re.compile(r"^((?:[^::]|(?<=\d)[::](?=\d\d)){1,60})[::]\s*(.*)$", re.S)
"""A colon within a time (9:30) begins nothing."""
_DIGITS = r"[\d〇一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?:{_DIGITS}{{4}}年)?{_DIGITS}{{1,2}}月{_DIGITS}{{1,3}}[日号]|\d{{4}}([-./])\d{{1,2}}\1\d{{1,2}}|\d{{1,2}}日)"
    r"(?:[((]?(?:星期|周)[一二三四五六日天][))]?)?(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜间)?"
    r"(?:\d{1,2}(?:[::]\d\d|[时点](?:\d{1,2}分|半)?)(?:许|左右)?)?"
)
"""A day with its time: it says when, and is no part of a place's name."""
_BLANKS = " ,,、\t\u3000"
_EDGES = _BLANKS + "::"
_ANNOUNCES = (":", ":", "如下", "分别是")
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class SplittingRules:
    """The county's words (splitting.yaml); `categories` and `place_kinds` map a code to its words."""

    problem_words: Sequence[str]
    suggestion_words: Sequence[str]
    good_words: Sequence[str]
    total_words: Sequence[str]
    heading_words: Sequence[str]
    area_suffixes: Sequence[str]
    counters: Sequence[str]
    categories: Mapping[str, Sequence[str]]
    place_kinds: Mapping[str, Sequence[str]]

    def names(self, name: str) -> Iterator[str]:
        """What people call an area: its name, and the name without its suffix if two signs are left."""
        yield name
        for suffix in self.area_suffixes:
            short = name.removesuffix(suffix)
            if short != name and len(short) > 1:
                yield short

    @property
    def total(self) -> "re.Pattern[str]":
        """A number of problems, as "41个" or "发现 12 处"."""
        return re.compile(rf"(\d{{1,5}})\s*(?:{'|'.join(map(re.escape, self.counters))})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One problem at one place. None stands for what was not understood; `words` led to the category."""

    line: int
    text: str
    area: str | None
    place: str | None
    place_kind: str | None
    category: str | None
    words: tuple[str, ...]
    count: int = 1
    suggestion: str | None = None

    @property
    def is_total(self) -> bool:
        """A total without details."""
        return self.count > 1


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A sentence that no rule made a problem or a suggestion of."""

    line: int
    text: str


@dataclass(slots=True)
class _Where:
    """The area and place that the sentences are about until another is named."""

    area: str | None = None
    place: str | None = None


@dataclass(slots=True)
class Splitter:
    """Reads one note; `areas` are names and codes, a full name as well as a common short one."""

    rules: SplittingRules
    areas: Mapping[str, str]
    _where: _Where = field(default_factory=_Where)
    _proposals: list[Proposal] = field(default_factory=list)
    _rest: list[NotUnderstood] = field(default_factory=list)
    _awaiting_details: Proposal | None = None

    def split(self, note: str) -> tuple[list[Proposal], list[NotUnderstood]]:
        """The proposed findings and what was not understood, both in the note's order."""
        for number, line in enumerate(note.splitlines(), 1):
            if _SECTION.match(line):
                self._where = _Where()
            first = len(self._proposals)
            for sentence in _sentences(line):
                self._read(number, sentence, first)
        return self._proposals, self._rest

    def _read(self, line: int, sentence: str, first: int) -> None:
        if sentence.startswith(tuple(self.rules.suggestion_words)):
            self._suggest(line, sentence, first)
            return
        heading = _HEADING.match(sentence)
        if heading is not None and self._read_heading(line, heading[1].strip(_EDGES)):
            rest = heading[2].strip(_BLANKS)
            if rest:
                self._read(line, rest, first)
        elif self._is_place(sentence) and not self._tells(sentence):
            self._go_to(sentence)
        else:
            if self._area_in(sentence):
                self._go_to_area(sentence)
            self._problem(line, sentence)

    def _read_heading(self, line: int, text: str) -> bool:
        """Whether what stands before a colon has been dealt with: a place, a total, or a mere heading."""
        if self._count(text) > 1:
            if self._area_in(text):
                self._go_to_area(text)
            self._problem(line, f"{text}:")
            return True
        if self._is_place(text) and not self._tells(text):
            self._go_to(text)
            return True
        return text in self.rules.heading_words

    def _tells(self, text: str) -> bool:
        return any(word in text for word in self.rules.problem_words)

    def _problem(self, line: int, text: str) -> None:
        count, category = self._count(text), self._most(text, self.rules.categories)
        good = any(word in text for word in self.rules.good_words)
        if not (self._tells(text) or count > 1 or (category[0] and not good)):
            self._rest.append(NotUnderstood(line, text))
            return
        place = self._where.place
        kind = self._most(place or text, self.rules.place_kinds)[0]
        announces = text.endswith(_ANNOUNCES)
        made = Proposal(line, text.strip(_EDGES), self._where.area, place, kind, *category, count=count)
        self._instead_of_total(made)
        self._proposals.append(made)
        if made.is_total and announces:
            self._awaiting_details = made

    def _instead_of_total(self, detail: Proposal) -> None:
        """A total whose details follow is told by them: it is no finding of its own."""
        total, self._awaiting_details = self._awaiting_details, None
        if total is not None and not detail.is_total:
            self._proposals.remove(total)

    def _suggest(self, line: int, text: str, first: int) -> None:
        """For the problems before it in its line, or for the last one when it has a line of its own."""
        start = first if first < len(self._proposals) else len(self._proposals) - 1
        if start < 0:
            self._rest.append(NotUnderstood(line, text))
            return
        self._proposals[start:] = [
            replace(one, suggestion="。".join(filter(None, (one.suggestion, text))))
            for one in self._proposals[start:]
        ]

    def _is_place(self, text: str) -> bool:
        """Whether it names an area or a kind of place and is short enough for a name."""
        known = self._area_in(text) is not None or self._most(text, self.rules.place_kinds)[0] is not None
        return known and len(_DATE.sub("", text)) <= _LONGEST_NAME

    def _go_to(self, text: str) -> None:
        self._go_to_area(text)
        self._where.place = _DATE.sub("", text).strip(_EDGES)

    def _go_to_area(self, text: str) -> None:
        area = self._area_in(text)
        if area is not None and area != self._where.area:
            self._where = _Where(area, self._place_in(text))

    def _area_in(self, text: str) -> str | None:
        """The area that is named, the smallest one where several are (施营社区 in 光华街道)."""
        named = [name for name in self.areas if name in text]
        best = max(named, key=lambda name: (len(self.areas[name]), len(name)), default=None)
        return self.areas[best] if best is not None else None

    def _place_in(self, text: str) -> str | None:
        """The name of an area with what kind of place follows it (施营社区路口), or the area's name alone."""
        name = max((name for name in self.areas if name in text), key=len)
        kinds = sorted((word for words in self.rules.place_kinds.values() for word in words), key=len)
        after = re.search(rf"{re.escape(name)}.{{0,6}}?(?:{'|'.join(map(re.escape, kinds[::-1]))})", text)
        return after[0] if after else name

    def _count(self, text: str) -> int:
        found = self.rules.total.search(text)
        told = found and any(word in text for word in self.rules.total_words)
        return max(int(found[1]), 1) if found and told else 1

    def _most(self, text: str, words: Mapping[str, Sequence[str]]) -> tuple[str | None, tuple[str, ...]]:
        """The code with the most words in the text, then with the longest; and these words."""
        found = {code: tuple(word for word in of if word in text) for code, of in words.items()}
        best = max(found, key=lambda code: (len(found[code]), sum(map(len, found[code]))), default=None)
        return (best, found[best]) if best is not None and found[best] else (None, ())


def _sentences(line: str) -> Iterator[str]:
    for piece in _SENTENCE.split(line):
        text = _NUMBERING.sub("", piece).strip(_BLANKS)
        if text:
            yield text
