"""What the demo prints: tables of the answers of the services, Chinese labels from the vocabulary."""

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table

from shared.contracts.vocabulary import Vocabulary

SHANGHAI = ZoneInfo("Asia/Shanghai")
Rows = Iterable[dict[str, Any]]


def console() -> Console:
    """A console as wide as the terminal; wide enough for a table where there is none (a file, a pipe)."""
    made = Console()
    return made if made.is_terminal else Console(width=int(os.environ.get("COLUMNS") or 150))


def vocabulary() -> Vocabulary:
    return Vocabulary.load(os.environ.get("DUZE_VOCABULARY_FILE", "deploy/demo/vocabulary.yaml"))


def local(moment: str | None) -> str:
    """A time of an answer as the county's clock shows it."""
    if not moment:
        return "-"
    return dt.datetime.fromisoformat(moment).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def shown(file: Path) -> str:
    """As short as the place where the command was given allows."""
    inside = file.is_relative_to(Path.cwd())
    return str(file.relative_to(Path.cwd()) if inside else file)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for column in columns:
        number = column.startswith("#")
        table.add_column(column.lstrip("#"), justify="right" if number else "left", overflow="fold")
    return table


def ledger_by_status(rows: Rows, words: Vocabulary) -> Table:
    """The ledger, by status: findings (条), problems (个) and one number as an example."""
    findings: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    first: dict[str, str] = {}
    for row in rows:
        findings[row["status"]] += 1
        problems[row["status"]] += row["count"]
        first.setdefault(row["status"], f"{row['number']} {row['area_name']} {row['place']['name']}")
    table = _table("台账 Ledger by status", "状态", "#问题(条)", "#计数(个)", "例")
    for code in [code for code in words.raw["finding_status"] if findings[code]]:
        table.add_row(
            words.label("finding_status", code), str(findings[code]), str(problems[code]), first[code]
        )
    table.add_section()
    table.add_row("合计", str(findings.total()), str(problems.total()), "")
    return table


def who_was_told(notices: Rows, names: dict[str, str]) -> Table:
    """One row for each recipient: notices, mailed, read, signed and when last signed."""
    by_recipient: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for notice in notices:
        by_recipient[notice["recipient"]].append(notice)
    title = "通知与签收 Who was told and who signed"
    table = _table(title, "收件人", "编号", "#通知", "#已发邮件", "#已签收", "最近签收")
    for recipient, own in sorted(by_recipient.items()):
        signed = [notice for notice in own if notice["status"] == "signed"]
        mailed = sum(_mailed(notice) for notice in own)
        last = max((_signed_at(notice) for notice in signed), default="")
        table.add_row(
            names.get(recipient, recipient),
            recipient,
            str(len(own)),
            str(mailed),
            str(len(signed)),
            local(last),
        )
    return table


def _mailed(notice: dict[str, Any]) -> bool:
    return any(d["channel"] == "email" and d["status"] == "sent" for d in notice.get("deliveries", []))


def _signed_at(notice: dict[str, Any]) -> str:
    return str(notice.get("signed_at") or notice["updated_at"])


def warnings(rows: Rows, names: dict[str, str], numbers: dict[str, str]) -> Table:
    table = _table("预警提醒 Warnings", "责任人", "问题", "依据 because", "时间")
    for row in rows:
        table.add_row(
            names.get(row["cadre"], row["cadre"]),
            numbers.get(row["finding"], row["finding"]),
            _because(row["because"], numbers),
            local(row.get("issued_at") or row["created_at"]),
        )
    return table


def cases(rows: Rows, names: dict[str, str], numbers: dict[str, str], words: Vocabulary) -> Table:
    table = _table("问责事项 Cases", "状态", "问题", "涉及人员", "建议", "依据 because")
    for row in rows:
        persons = [person["cadre"] if isinstance(person, dict) else person for person in row["persons"]]
        table.add_row(
            words.label("case_status", row["status"]),
            "\n".join(numbers.get(finding, finding) for finding in row["findings"]),
            "、".join(names.get(person, person) for person in persons) or "-",
            _suggested(row.get("suggested", []), names, words),
            _because(row["because"], numbers),
        )
    return table


def measures_by_kind(rows: Rows, words: Vocabulary) -> Table:
    """The measures of the five cases, by kind: how many, against how many people, and their form of the four."""
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    table = _table("处理措施 Measures of the five cases", "措施", "#件", "#人", "#形态", "#已送达")
    for kind, own in sorted(by_kind.items(), key=lambda item: (item[1][0]["tier"], item[0])):
        people = len({row["cadre"] for row in own})
        served = sum(row["served"] is not None for row in own)
        table.add_row(
            words.label("measure", kind), str(len(own)), str(people), str(own[0]["tier"]), str(served)
        )
    return table


def bulletins(rows: Rows) -> Table:
    """Each with its number, and its first paragraph, which states coverage, counts and disposition."""
    table = _table("通报 Bulletins published", "文号", "标题", "内容")
    for row in rows:
        table.add_row(row["number"], row["title"], row["lead"])
    return table


def _suggested(rows: Rows, names: dict[str, str], words: Vocabulary) -> str:
    lines = []
    for row in rows:
        measure = words.label("measure", str(row.get("measure") or row.get("kind")))
        who = names.get(str(row.get("cadre")), str(row.get("cadre") or ""))
        lines.append(f"{who} {measure}".strip())
    return "\n".join(lines) or "-"


def _because(rows: Rows, numbers: dict[str, str]) -> str:
    """Each rule with its version and the facts it rests on; findings by their number."""
    lines = []
    for row in rows:
        told = {key: value for key, value in row["facts"].items() if key != "finding"}  # its number is there
        facts = ", ".join(f"{key}={_fact(value, numbers)}" for key, value in told.items())
        lines.append(f"{row['rule']} v{row['version']}: {facts}")
    return "\n".join(lines)


def _fact(value: Any, numbers: dict[str, str]) -> str:
    if isinstance(value, list):
        return "[" + " ".join(_fact(item, numbers) for item in value) + "]"
    return numbers.get(str(value), str(value))


def addresses(services: dict[str, str], files: dict[str, Path]) -> Table:
    table = _table("地址 Addresses", "what", "where")
    for name, address in services.items():
        table.add_row(name, f"{address}/docs  {address}/metrics")
    for name, file in files.items():
        table.add_row(name, shown(file))
    return table
