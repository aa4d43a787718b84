"""`make demo`: takes the demo county's findings through the running system and prints what came of them.

`python -m deploy.demo.run`. Uses the public interface alone. A second run adds nothing twice.
"""

import sys
from typing import Any

import typer

from deploy.demo import bulletins, channels, screens
from deploy.demo.answers import answer_all
from deploy.demo.cases import Outcome, handle_all
from deploy.demo.load import load_findings, load_registers
from deploy.demo.stack import COMMISSION, COUNTY, OFFICE, Stack, StackError, cadre, unit, wait_for

# who signs in the demo: three cadres and two townships; the others' notices wait
SIGNERS = {
    "C001": cadre("C001"),
    "C006": cadre("C006"),
    "C026": cadre("C026"),
    "unit:990100001": unit("990100001"),
    "unit:990100202": unit("990100202"),
}
SETTLE_SECONDS = 90.0


def main() -> None:
    """Run the demo on the stack that DUZE_<SERVICE>_PORT and DUZE_JWT_KEY name."""
    try:
        _run(Stack.from_env())
    except StackError as error:
        print(f"demo: {error}", file=sys.stderr)
        raise typer.Exit(1) from error


def _run(stack: Stack) -> None:
    out = screens.console()
    imported = load_registers(stack)
    for name, answer in imported.items():
        counts = ", ".join(f"{answer[count]} {count}" for count in ("created", "updated", "unchanged"))
        out.print(f"{name}: {counts}")
    ids, totals = load_findings(stack)
    out.print(f"findings: {totals['accepted']} accepted, {totals['replayed']} already there")
    moves = answer_all(stack, ids)
    out.print(f"answers of townships, teams and approver: {moves} moves")
    settle(stack, out)
    outcome = handle_all(stack, ids)
    out.print(f"cases handled: {outcome.moves} moves")
    signed = _sign(stack, set(ids.values()))
    out.print(f"notices signed: {signed}")
    published = bulletins.publish_all(stack)
    settle(stack, out)
    _print_result(stack, out, ids, published, outcome)


def settle(stack: Stack, out: Any) -> None:
    """Wait until every hop of every finding is done and the four services agree."""
    with out.status("settling"):
        waiting: dict[str, Any] = {}

        def balanced() -> bool | None:
            waiting.update(stack.get("reporting", "/reconciliation", OFFICE))
            return True if waiting["balanced"] else None

        try:
            wait_for("the services to agree", balanced, SETTLE_SECONDS, pause=0.3)
        except StackError as error:
            raise StackError(
                f"{error}; in flight {waiting.get('in_flight')}, differences {waiting.get('differences')}, "
                f"services {waiting.get('services')}"
            ) from error
    out.print("reconciliation: balanced")


def _sign(stack: Stack, demo_ids: set[str]) -> int:
    """The signers sign what they have not signed yet."""
    signed = 0
    for recipient, who in SIGNERS.items():
        for notice in list(stack.items("notifications", "/notices", who, recipient=recipient)):
            if notice.get("finding") in demo_ids and notice["status"] in {"queued", "sent", "read"}:
                stack.post("notifications", f"/notices/{notice['id']}/sign", who, {})
                signed += 1
    return signed


def _print_result(
    stack: Stack, out: Any, ids: dict[str, str], published: list[bulletins.Bulletin], outcome: Outcome
) -> None:
    words = screens.vocabulary()
    ledger = list(stack.items("reporting", "/ledger", OFFICE, area=COUNTY))
    names = _names(stack)
    numbers = {row["id"]: row["number"] for row in ledger}
    out.print(screens.ledger_by_status(ledger, words))
    out.print(screens.who_was_told(stack.items("notifications", "/notices", OFFICE), names))
    out.print(screens.warnings(stack.items("accountability", "/warnings", COMMISSION), names, numbers))
    out.print(screens.cases(stack.items("accountability", "/cases", COMMISSION), names, numbers, words))
    if tried := channels.try_all(stack):
        out.print(channels.table(tried))
    out.print(screens.measures_by_kind(outcome.measures, words))
    out.print(screens.bulletins(published))
    shown = bulletins.save(stack, published)
    mail = stack.run_dir / "mail"
    out.print(screens.addresses(stack.addresses, {**shown, "mail": mail} if mail.is_dir() else shown))
    out.print(summary(ledger, set(ids.values())))
    out.print(outcome.line())


def _names(stack: Stack) -> dict[str, str]:
    """Whom a recipient's code stands for."""
    people = stack.items("accountability", "/cadres", OFFICE)
    names = {person["id"]: f"{person['name']}({person['position']})" for person in people}
    areas = stack.get("accountability", "/areas", OFFICE)["items"]
    return names | {f"unit:{area['code']}": area["name"] for area in areas} | {"office": "督查室"}


def summary(ledger: list[dict[str, Any]], demo_ids: set[str]) -> str:
    """One line counted from the ledger's rows of the demo's findings; tells of others there."""
    own = [row for row in ledger if row["id"] in demo_ids]
    problems = sum(row["count"] for row in own)
    totals = sum(row["count"] for row in own if row["count"] > 1)
    line = f"{len(own)} findings, {problems} problems counted, {totals} of them a total without details"
    others = len(ledger) - len(own)
    return f"{line} (and {others} findings posted outside the demo)" if others else line


if __name__ == "__main__":
    typer.run(main)
