"""What workbooks say to those who fill them in."""

FINDINGS, ANSWERS, CHOICES, HELP = "问题", "整改答复", "选项", "填写说明"
WIDTHS = {
    "description": 50,
    "suggestion": 40,
    "place.name": 24,
    "area": 24,
    "found_at": 18,
    "number": 20,
    "measures": 40,
    "note": 30,
    "reason": 30,
    "needs": 30,
    "grounds": 30,
}
EXAMPLE = {
    "source_ref": "示例-1(此行请删除)",
    "found_at": "2026-02-11 14:00",
    "place.name": "东门卡口",
    "description": "部分路口没有值守",
    "suggestion": "安排专人值守",
    "immediate": "否",
    "count": "1",
}
NOTES = (
    "一行一条问题。带 * 的列必须填写。",
    "类别、严重程度、督导方式、地点类型、督导组、辖区请从下拉列表选,也可以填代码。",
    "时间写成 2026-02-11 14:00;日期写成 2026-02-11。",
    "“问题个数”大于 1 表示只有总数、没有明细。",
    "“责任单位”“责任人”可以填几个,用“|”或“、”分开;责任单位不填就是辖区所在的乡镇。",
    "“来源编号”在本督导组内不能重复:同一编号、同样内容再次提交不会变成两条。",
    "提交前可以先试一次(dry_run=true),只检查、不保存。",
)
ANSWER_NOTES = (
    "一行一条问题。灰色表头的列请勿改动;在“办理”列从下拉列表选怎么办,再填该项办理需要的列。",
    "没有填写的行会跳过,可以分几次答复。",
    "日期写成 2026-02-11。",
    "同一份表重复提交,不会办理两次。",
    "提交前可以先试一次(dry_run=true),只检查、不保存。",
)
