"""The whole line of one finding, hop by hop: what happened, when, who said so, in a sentence for the screen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reporting.domain.fact import News

Data = Mapping[str, Any]
_CASE_PARTS = ("case", "measure", "talk", "appeal")
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Words:
    """Labels of the county: `label(kind, code)` from its vocabulary, `area(code)` the name of an area."""

    label: Callable[[str, str], str]
    area: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the line; `refs` name the documents that it is about."""

    step: str
    at: datetime
    event: str
    source: str
    type: str
    summary: str
    refs: Mapping[str, Any]


def restricted_cases(events: Iterable[News]) -> frozenset[str]:
    """Cases that only their handlers may know of, by the newest word on each."""
    newest: dict[str, News] = {}
    for event in events:
        if event.type.startswith("case.") and (
            event.subject not in newest or event.sequence > newest[event.subject].sequence
        ):
            newest[event.subject] = event
    return frozenset(case for case, event in newest.items() if event.data.get("restricted"))


def tells_of_case(event: News) -> bool:
    """Whether a hop shows that a case exists, or that one is asked for."""
    data = event.data
    about = str(data.get("event_type", event.type)).partition(".")[0]
    return (
        about in _CASE_PARTS
        or event.type.startswith("finding.referred.")
        or any(data.get(part) is not None for part in _CASE_PARTS)
    )


def hops(events: Sequence[News], words: Words) -> list[Hop]:
    """The line that these events make: by time, and of two at once the one that was made first."""
    names = _names(events)
    ordered = sorted(events, key=lambda event: (event.time, event.id))
    return [_hop(event, names, words) for event in ordered]


def _hop(event: News, names: Mapping[str, str], words: Words) -> Hop:
    kind, _, what = event.type.removesuffix(".v1").partition(".")
    step = what if kind == "finding" or kind == "responsibility" else f"{kind}_{what}"
    sentence = _SENTENCES.get(f"{kind}.{what}")
    summary = sentence(event.data, names, words) if sentence else event.type
    return Hop(step, event.time, event.id, event.source, event.type, summary, _refs(event.data))


def _names(events: Iterable[News]) -> dict[str, str]:
    """Masked names of the cadres, as far as events tell them."""
    names: dict[str, str] = {}
    for event in events:
        for one in event.data.get("responsible") or ():
            names[one["cadre"]] = one["name"]
        if event.type.startswith("warning."):
            names[event.data["cadre"]] = event.data["name"]
    return names


def _refs(data: Data) -> dict[str, Any]:
    refs: dict[str, Any] = {}
    for name in (
        "finding",
        "warning",
        "notice",
        "case",
        "measure",
        "cadre",
        "recipient",
        "event_type",
        "status",
    ):
        if data.get(name) is not None:
            refs[name] = data[name]
    if data.get("responsible"):
        refs["responsible"] = [{"cadre": one["cadre"], "role": one["role"]} for one in data["responsible"]]
    for name in ("because", "findings", "persons", "missing"):
        if data.get(name):
            refs[name] = data[name]
    return refs


# Sentences. `names` are the masked names of cadres, `words` the county's labels.

Sentence = Callable[[Data, Mapping[str, str], Words], str]


def _noted(text: str) -> Sentence:
    """A move of the finding, with what was said about it."""

    def sentence(data: Data, _names: Mapping[str, str], _words: Words) -> str:
        note = (data["change"].get("note") or "").strip()
        said = note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]}…"
        return text.format_map(data) + (f":{said}" if said else "")

    return sentence


def _posted(data: Data, _: Mapping[str, str], words: Words) -> str:
    where = f"{words.area(data['area'])} {data['place']['name']}"
    what = f"{words.label('category', data['category'])}({words.label('severity', data['severity'])})"
    who = f"{words.label('team', data['team'])}{words.label('method', data['method'])}"
    return f"{who}在{where}发现问题:{what},编号{data['number']},整改时限{data['deadline'] or '未定'}"


def _decided(data: Data, names: Mapping[str, str], words: Words) -> str:
    result = "撤销问题" if data["status"] == "withdrawn" else "维持问题"
    return _noted(f"异议复核决定:{result}")(data, names, words)


def _transferred(data: Data, names: Mapping[str, str], words: Words) -> str:
    return _noted(f"转办至{words.area(data['area'])}")(data, names, words)


def _people(text: str) -> Sentence:
    def sentence(data: Data, _: Mapping[str, str], words: Words) -> str:
        people = [f"{one['name']}({words.label('duty_role', one['role'])})" for one in data["responsible"]]
        return f"{text}:{'、'.join(people) or '无'}"

    return sentence


def _unresolved(data: Data, _: Mapping[str, str], words: Words) -> str:
    who = "责任人" if data["missing"] == "all" else words.label("duty_role", "direct")
    return f"未找到{who},转督查室处理"


def _warned(text: str) -> Sentence:
    def sentence(data: Data, _: Mapping[str, str], __: Words) -> str:
        return f"{text}{data['name']},依据{_rules(data)}"

    return sentence


def _noticed(text: str) -> Sentence:
    def sentence(data: Data, names: Mapping[str, str], words: Words) -> str:
        return text.format(_recipient(data["recipient"], names, words))

    return sentence


def _case(text: str) -> Sentence:
    def sentence(data: Data, _: Mapping[str, str], words: Words) -> str:
        return f"{text}({words.label('case_status', data['status'])}),依据{_rules(data) or '人工决定'}"

    return sentence


def _recipient(recipient: str, names: Mapping[str, str], words: Words) -> str:
    kind, _, code = recipient.partition(":")
    if kind == "unit":
        return words.area(code)
    if kind == "team":
        return words.label("team", code)
    return "督查室" if recipient == "office" else names.get(recipient, recipient)


def _rules(data: Data) -> str:
    return "、".join(f"规则{one['rule']}(第{one['version']}版)" for one in data["because"])


_SENTENCES: Mapping[str, Sentence] = {
    "finding.posted": _posted,
    "finding.accepted": _noted("责任单位认领"),
    "finding.planned": _noted("责任单位提出整改计划"),
    "finding.reported": _noted("责任单位报告整改完成"),
    "finding.returned": _noted("验收不通过,退回整改(第{returned_count}次)"),
    "finding.closed": _noted("验收通过,销号"),
    "finding.blocked": _noted("暂时无法整改"),
    "finding.resumed": _noted("恢复整改"),
    "finding.extended": _noted("延期,整改时限{deadline}"),
    "finding.disputed": _noted("责任单位提出异议"),
    "finding.dispute_decided": _decided,
    "finding.transferred": _transferred,
    "finding.withdrawn": _noted("撤销问题"),
    "finding.overdue": _noted("整改逾期"),
    "finding.revisited": _noted("回头看"),
    "finding.amended": _noted("修改问题内容"),
    "finding.referred": _noted("移送问责"),
    "responsibility.assigned": _people("明确责任人"),
    "responsibility.corrected": _people("更正责任人"),
    "responsibility.unresolved": _unresolved,
    "warning.issued": _warned("预警提醒"),
    "warning.revoked": _warned("撤销预警提醒"),
    "notice.queued": _noticed("通知{}"),
    "notice.sent": _noticed("通知已发送给{}"),
    "notice.read": _noticed("{}已阅读通知"),
    "notice.signed": _noticed("{}签收通知"),
    "notice.refused": _noticed("{}拒绝签收通知"),
    "notice.failed": _noticed("通知未能送达{}"),
    "case.opened": _case("问责事项立案"),
    "case.advanced": _case("问责事项进展"),
    "case.closed": _case("问责事项办结"),
    "case.dismissed": _case("问责事项了结"),
}
