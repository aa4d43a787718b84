"""What the program says of a value or a move, in the words of those who fill in sheets."""

import re
from collections.abc import Sequence

_WORDS: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), said)
    for pattern, said in (
        (r"Missing data for required field\.|Field may not be null\.", "没有填写"),
        (r"Length must be between (\d+) and (\d+)\.", r"应为 \1 到 \2 个字"),
        (r"(?:Longer than maximum length|Longer than) (\d+)\.?", r"不能超过 \1 个字"),
        (r"Must be greater than or equal to (\d+) and less than or equal to (\d+)\.", r"应在 \1 到 \2 之间"),
        (r"lies more than 10 minutes ahead", "是将来的时间"),
        (r"lies before the day of found_at", "早于发现时间"),
        (r"lies outside of (\d+) to (\d+)", r"年份应在 \1 到 \2 之间"),
        (r"unknown area", "没有这个辖区"),
        (r"no such attachment", "没有这个附件"),
        (r"a team posts its own findings only", "只能提交本督导组的问题"),
        (r"the area lies outside of yours", "不在你的辖区内"),
        (r"lies in the future", "是将来的日期"),
        (r"lies in the past", "是过去的日期"),
        (r"lies after closed_on", "晚于销号日期"),
        (r"lies before the day of found_at or in the future", "应在发现之日以后,且不是将来的日期"),
        (
            r"a closed finding, and no other, has the day on which it was closed",
            "“已销号”的必须填写,其他状态不填",
        ),
        (r"only a finding that is reported or closed has it", "只有“待验收”“已销号”的可以填写"),
        (r"old ledgers are for the office", "历史台账由督查室导入"),
        (r"must lie after the deadline, (\S+)", r"应晚于现在的整改期限 \1"),
        (r"the finding counts (\d+)", r"该问题共 \1 个,不能更多"),
        (r"is the area of the finding already", "与现在的辖区相同"),
        (r"Unknown field\.", "这项办理不用填写这一列"),
        (r"Must be one of: .*", "这项办理没有这样的结论"),
        (r"this role may not do that", "这项办理不由你的角色进行"),
        (r"no finding has this (?:number|id)", "没有这个编号的问题"),
        (r"the finding lies outside of your area", "该问题不在你的辖区内"),
        (r"the finding belongs to another team", "该问题属于别的督导组"),
        (r"(?:\S+) is for another person than the one whose step it judges", "不能审定自己办理的事项"),
        (r"it could be disputed before (\d+-\d+-\d+)T?\S*, not later", r"提出异议的期限到 \1 为止"),
        # What the status is and what is open is said beside it.
        (r"\S+ is not a move of a finding that is \S+", ""),
        (r"the block has been granted already", "暂缓整改已经同意"),
        (r"an extension is asked already and waits for its decision", "已申请延期,正待审批"),
        (r"at most (\d+) extensions are granted", r"最多延期 \1 次"),
        (r"no extension waits for a decision", "没有待审批的延期申请"),
        (r"it is supervised already", "已经挂牌督办"),
        (r"a referral waits for its decision", "已提出移送,正待审批"),
        (r"no referral waits for a decision", "没有待审批的移送"),
        (
            r"source_ref (.+) belongs to a finding with other content",
            r"来源编号“\1”已用于另一条内容不同的问题",
        ),
    )
]


def in_chinese(message: str) -> str:
    """What the program says of a value, for those who fill in sheets; unknown words stay as they are."""
    for pattern, said in _WORDS:
        if found := pattern.fullmatch(message):
            return found.expand(said)
    return message
