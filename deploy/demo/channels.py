"""A test message to oneself by every outside channel, and what the local sink made of them."""

import csv
import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.table import Table

from deploy.demo.stack import OFFICE, Stack, StackError, supervisor, wait_for

TEAM = "TCHANNELS"
"""A team that posts nothing, so that trying the channels tells nobody else anything."""
SECONDS = 20.0
_SETTINGS = {
    "sms": ("DUZE_SMS_URL", "13800000000"),
    "wecom": ("DUZE_WECOM_URL", "demo-member"),
    "dingtalk": ("DUZE_DINGTALK_URL", "demo-robot"),
    "webhook": ("DUZE_WEBHOOK_HOSTS", "http://{host}/webhook/demo"),
}


def try_all(stack: Stack) -> list[dict[str, Any]]:
    """What arrived by each channel that is set up, as the sink filed it; nothing where other providers are used."""
    folder, addresses = stack.run_dir / "channels", _of_the_sink()
    if not addresses or not folder.is_dir():
        return []
    known = set(folder.glob("*.json"))
    _enter(stack, addresses)
    for kind in addresses:
        stack.post("notifications", f"/channels/{kind}/test", supervisor(TEAM), {})
    # What has not arrived by then is missing in the table; the rest of the demo is shown all the same.
    with suppress(StackError):
        wait_for("the test messages", lambda: _arrived(folder, known, len(addresses)), SECONDS)
    return _new(folder, known)


def table(arrived: list[dict[str, Any]]) -> Table:
    """One row for each message."""
    shown = Table(title="其他渠道 Test messages by the other channels", title_justify="left")
    for name in ("渠道", "收件地址", "内容", "文件"):
        shown.add_column(name)
    for one in arrived:
        shown.add_row(one["channel"], one["to"], one["text"].splitlines()[0], f"{one['id']}.json")
    return shown


def _of_the_sink() -> dict[str, str]:
    """Addresses for the channels that lead to the local sink: nothing made up is sent to anybody real."""
    found = {}
    for kind, (variable, address) in _SETTINGS.items():
        host = os.environ.get(variable, "").removeprefix("http://").partition("/")[0]
        if host.startswith("127.0.0.1:"):
            found[kind] = address.format(host=host)
    return found


def _enter(stack: Stack, addresses: dict[str, str]) -> None:
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(("cadre", "kind", "address"))
    writer.writerows((f"team:{TEAM}", kind, address) for kind, address in addresses.items())
    answer = stack.send(
        "POST",
        "notifications",
        "/contacts/import",
        OFFICE,
        body=rows.getvalue().encode(),
        content_type="text/csv",
    ).json()
    if answer.get("rejected"):
        raise StackError(f"the contact of {TEAM} was refused: {answer['results']}")


def _arrived(folder: Path, known: set[Path], wanted: int) -> bool | None:
    """Whether there are as many new files as messages; None while there are not."""
    return len(set(folder.glob("*.json")) - known) >= wanted or None


def _new(folder: Path, known: set[Path]) -> list[dict[str, Any]]:
    files = sorted(set(folder.glob("*.json")) - known)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]
