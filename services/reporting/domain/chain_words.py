"""Chinese for the hops of a chain: what happened in two words and in a sentence, and who did it or whom it concerns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]
Names = Mapping[str, str]
"""Masked names of cadres by their ids."""
_LONGEST_NOTE = 200
_ROLES = {
    "commission": "纪委监委",
    "approver": "审批人",
    "office": "督查室",
    "cadre": "责任人",
    "system": "系统",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Labels of the county: `label(kind, code)` from its vocabulary, `area(code)` the name of an area."""

    label: Callable[[str, str], str]
    area: Callable[[str], str]


Sentence = Callable[[Data, Names, Words], str]


def told(kind: str, data: Data, names: Names, words: Words) -> tuple[str, str] | None:
    """What happened, in two words and in a sentence; None for what has no words here."""
    if kind not in _TOLD:
        return None
    what, sentence = _TOLD[kind]
    return what, sentence(data, names, words)


def who(kind: str, data: Data, names: Names, words: Words) -> str | None:
    """Of a move of the finding who made it, else whom it concerns; people by their masked names."""
    group = kind.partition(".")[0]
    if group == "finding" or (group == "clock" and "units" in data):
        return _mover(data, words)
    if group == "notice":
        return _recipient(data["recipient"], names, words)
    if group in ("warning", "measure", "talk", "appeal"):
        return str(data["name"])
    if group == "responsibility":
        return _listed(one["name"] for one in data["responsible"])
    # An id would tell more than a masked name does.
    return _listed(names[cadre] for cadre in data.get("persons") or () if cadre in names)


def _listed(people: Iterable[str]) -> str | None:
    return "、".join(people) or None


def _mover(data: Data, words: Words) -> str | None:
    by = data["change"].get("by")
    if by == "supervisor":
        return words.label("team", data["team"])
    if by == "unit":
        return words.area(data["units"][0]) if data["units"] else None
    return _ROLES.get(by)


def _noted(text: str) -> Sentence:
    """A move of the finding, with what was said about it."""

    def sentence(data: Data, _names: Names, _words: Words) -> str:
        note = (data["change"].get("note") or "").strip()
        said = note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]}…"
        return text.format_map(data) + (f":{said}" if said else "")

    return sentence


def _posted(data: Data, _: Names, words: Words) -> str:
    where = f"{words.area(data['area'])} {data['place']['name']}"
    what = f"{words.label('category', data['category'])}({words.label('severity', data['severity'])})"
    who = f"{words.label('team', data['team'])}{words.label('method', data['method'])}"
    return f"{who}在{where}发现问题:{what},编号{data['number']},整改时限{data['deadline'] or '未定'}"


def _decided(data: Data, names: Names, words: Words) -> str:
    result = "撤销问题" if data["status"] == "withdrawn" else "维持问题"
    return _noted(f"异议复核决定:{result}")(data, names, words)


def _by_move(words_of: Mapping[str, str], otherwise: str) -> Sentence:
    """One event type that several moves are told by."""

    def sentence(data: Data, names: Names, words: Words) -> str:
        return _noted(words_of.get(data["change"]["move"], otherwise))(data, names, words)

    return sentence


def _extended(data: Data, names: Names, words: Words) -> str:
    if data["change"]["move"] == "extend":
        return _noted("责任单位申请延期")(data, names, words)
    return _noted("延期申请已决定,整改时限{deadline}")(data, names, words)


def _revisited(data: Data, names: Names, words: Words) -> str:
    failed = (data.get("revisit") or {}).get("result") == "fail"
    return _noted("回头看:问题反弹" if failed else "回头看:合格")(data, names, words)


def _transferred(data: Data, names: Names, words: Words) -> str:
    return _noted(f"转办至{words.area(data['area'])}")(data, names, words)


def _overdue(data: Data, _: Names, __: Words) -> str:
    level = data.get("level")
    return f"整改逾期,第{level}级" if level else "整改逾期"


_CLOCKS = {
    "due_soon": "整改时限将至",
    "review": "暂时无法整改的问题到复查日",
    "unverified": "报告整改后超期未验收",
    "self_check": "举一反三自查超期未答复",
}


def _clock(data: Data, _: Names, __: Words) -> str:
    rule = data["clock"]["rule"]
    return _CLOCKS.get(rule, rule)


def _people(text: str) -> Sentence:
    def sentence(data: Data, _: Names, words: Words) -> str:
        people = [f"{one['name']}({words.label('duty_role', one['role'])})" for one in data["responsible"]]
        return f"{text}:{'、'.join(people) or '无'}"

    return sentence


def _unresolved(data: Data, _: Names, words: Words) -> str:
    who = "责任人" if data["missing"] == "all" else words.label("duty_role", "direct")
    return f"未找到{who},转督查室处理"


def _warned(text: str) -> Sentence:
    def sentence(data: Data, _: Names, __: Words) -> str:
        return f"{text}{data['name']},依据{_rules(data)}"

    return sentence


def _noticed(text: str) -> Sentence:
    def sentence(data: Data, names: Names, words: Words) -> str:
        return text.format(_recipient(data["recipient"], names, words))

    return sentence


def _case(text: str) -> Sentence:
    def sentence(data: Data, _: Names, words: Words) -> str:
        return f"{text}({words.label('case_status', data['status'])}),依据{_rules(data) or '人工决定'}"

    return sentence


def _measure(text: str) -> Sentence:
    def sentence(data: Data, _: Names, words: Words) -> str:
        return f"{text}{data['name']}:{words.label('measure', data['kind'])}"

    return sentence


def _appealed(text: str) -> Sentence:
    def sentence(data: Data, _: Names, __: Words) -> str:
        return f"{data['name']}{text}"

    return sentence


def _appeal_decided(data: Data, _: Names, __: Words) -> str:
    result = {"upheld": "维持", "varied": "变更", "revoked": "撤销"}.get(data["status"], data["status"])
    return f"{data['name']}的申诉已决定:{result}"


def _recipient(recipient: str, names: Names, words: Words) -> str:
    kind, _, code = recipient.partition(":")
    if kind == "unit":
        return words.area(code)
    if kind == "team":
        return words.label("team", code)
    return "督查室" if recipient == "office" else names.get(recipient, recipient)


def _rules(data: Data) -> str:
    return "、".join(f"规则{one['rule']}(第{one['version']}版)" for one in data["because"])


_AMENDED = {
    "supervise": "挂牌督办",
    "attachments": "补充证据",
    "handover": "移交其他督导组",
    "recompute": "工作日历公布后重新计算整改时限",
}

_TOLD: Mapping[str, tuple[str, Sentence]] = {
    "finding.posted": ("发现问题", _posted),
    "finding.accepted": ("认领", _noted("责任单位认领")),
    "finding.planned": ("整改计划", _noted("责任单位提出整改计划")),
    "finding.reported": ("报告整改", _noted("责任单位报告整改完成")),
    "finding.returned": ("退回整改", _noted("验收不通过,退回整改(第{returned_count}次)")),
    "finding.closed": ("销号", _noted("验收通过,销号")),
    "finding.blocked": ("暂时无法整改", _noted("暂时无法整改")),
    "finding.resumed": ("恢复整改", _noted("恢复整改")),
    "finding.extended": ("延期", _extended),
    "finding.disputed": ("提出异议", _noted("责任单位提出异议")),
    "finding.dispute_decided": ("异议复核", _decided),
    "finding.transferred": ("转办", _transferred),
    "finding.withdrawn": ("撤销问题", _noted("撤销问题")),
    "finding.overdue": ("逾期", _overdue),
    "clock.due": ("期限提醒", _clock),
    "finding.revisited": ("回头看", _revisited),
    "finding.amended": ("修改问题", _by_move(_AMENDED, "修改问题内容")),
    "finding.referred": ("移送问责", _noted("移送问责")),
    "responsibility.assigned": ("明确责任人", _people("明确责任人")),
    "responsibility.corrected": ("更正责任人", _people("更正责任人")),
    "responsibility.unresolved": ("责任人待明确", _unresolved),
    "warning.issued": ("预警提醒", _warned("预警提醒")),
    "warning.revoked": ("撤销预警", _warned("撤销预警提醒")),
    "notice.queued": ("通知", _noticed("通知{}")),
    "notice.sent": ("发送通知", _noticed("通知已发送给{}")),
    "notice.read": ("阅读", _noticed("{}已阅读通知")),
    "notice.signed": ("签收", _noticed("{}签收通知")),
    "notice.refused": ("拒签", _noticed("{}拒绝签收通知")),
    "notice.failed": ("送达失败", _noticed("通知未能送达{}")),
    "case.opened": ("问责立案", _case("问责事项立案")),
    "case.advanced": ("问责进展", _case("问责事项进展")),
    "case.closed": ("问责办结", _case("问责事项办结")),
    "case.dismissed": ("予以了结", _case("问责事项了结")),
    "measure.decided": ("处理决定", _measure("处理决定")),
    "measure.served": ("送达", _measure("处理决定送达")),
    "measure.revoked": ("撤销处理", _measure("撤销处理决定")),
    "measure.expired": ("影响期满", _measure("影响期满")),
    "talk.scheduled": ("安排谈话", _measure("安排谈话")),
    "talk.recorded": ("谈话", _measure("谈话已记录")),
    "appeal.lodged": ("申诉", _appealed("提出申诉")),
    "appeal.decided": ("申诉决定", _appeal_decided),
}
