"""`python -m services.accountability.rules_dryrun [FILE]`: what a rules file would have done with the county's history.

The findings that the service knows, as they are now, are taken anew in memory, once with the rules in force and once
with those of FILE; the registers are today's, each finding is resolved as of its own day. Nothing is written anywhere.
Referrals and revisits are people's and not repeated. Without FILE the rules in force are shown alone. Ends with 0, with
1 where the file cannot be read.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pymongo.errors import PyMongoError
from rich.console import Console
from rich.progress import track
from rich.table import Table

from services.accountability import config
from services.accountability.adapters import documents, indexes
from services.accountability.adapters.county import RULES_FILE, read_rules
from services.accountability.adapters.mongo import RegistersCache
from services.accountability.adapters.store import MongoStore
from services.accountability.adapters.trial import Trial
from services.accountability.application.commands import TakeFinding
from services.accountability.application.use_cases import AccountabilityUseCases
from services.accountability.bootstrap import AccountabilityApp, build
from services.accountability.domain.finding import Finding
from services.accountability.domain.legality import Legality
from services.accountability.domain.names import masked
from services.accountability.domain.registers import Registers
from services.accountability.domain.rules import RuleBook
from shared.contracts.errors import DataFileError
from shared.persistence.ids import new_id, utc_now

MOST = 20_000
"""Findings looked at, the newest: what the rules drew of them is kept in memory."""
SHOWN = 40
Outcome = Counter[tuple[str, str, str]]
"""How often what (warning, case) was drawn by which rule for whom."""


def main(app: AccountabilityApp, arguments: Sequence[str]) -> int:
    """Try the rules; the exit code."""
    console = Console()
    path = Path(app.settings.county_dir) / RULES_FILE
    try:
        books = {"now": read_rules(path, app.vocabulary)}
        if arguments and arguments[0]:
            books["then"] = read_rules(Path(arguments[0]), app.vocabulary)
        registers = MongoStore(app.database, RegistersCache()).registers()
        known = app.database.collection(indexes.ASSIGNMENTS).count_documents({})
        looked = min(known, MOST)
        history = track(_history(app, known), "findings", looked, console=Console(stderr=True))
        drawn = tried(books, app.legality, registers, history)
    except DataFileError as exc:
        console.print(str(exc), style="red", markup=False)
        return 1
    except PyMongoError as exc:
        console.print(
            f"the database does not answer ({type(exc).__name__}): is everything up? (make up)", style="red"
        )
        return 1
    _report(
        console,
        drawn,
        f"{looked} findings taken anew" + (f", the newest of {known}" if known > looked else ""),
        _names(app),
    )
    return 0


def tried(
    books: Mapping[str, RuleBook], legality: Legality, registers: Registers, history: Iterable[Finding]
) -> dict[str, Outcome]:
    """What each set of rules makes of these findings, each of which is read once."""
    trials = {
        name: (AccountabilityUseCases(book, legality, utc_now, new_id), Trial(registers))
        for name, book in books.items()
    }
    for finding in history:
        for do, trial in trials.values():
            do.take_finding(trial, TakeFinding(finding))
    return {name: _drawn(trial) for name, (_, trial) in trials.items()}


def _history(app: AccountabilityApp, known: int) -> Iterable[Finding]:
    """The newest, in the order in which they came."""
    rows = (
        app.database.collection(indexes.ASSIGNMENTS)
        .find()
        .sort([("created_at", 1), ("_id", 1)])
        .skip(max(0, known - MOST))
        .limit(MOST)
    )
    return (documents.to_assignment(row).finding for row in rows)


def _drawn(trial: Trial) -> Outcome:
    found: Outcome = Counter()
    for warning in trial.warnings.kept.values():
        found["warning", warning.because[0].rule, warning.cadre] += 1
    for case in trial.cases.kept.values():
        for because in case.because:
            for cadre in because.facts.get("cadres") or [because.facts["cadre"]]:
                found["case", because.rule, cadre] += 1
    return found


def _names(app: AccountabilityApp) -> Mapping[str, str]:
    rows = app.database.collection(indexes.CADRES).find({}, {"name": True})
    return {row["_id"]: masked(row["name"]) for row in rows}


def _report(console: Console, drawn: Mapping[str, Outcome], title: str, names: Mapping[str, str]) -> None:
    by_rule = {name: Counter((what, rule) for (what, rule, _), n in found.items() for _ in range(n))
               for name, found in drawn.items()}  # fmt: skip
    table = Table("what", "rule", *drawn, title=title)
    for key in sorted(set().union(*by_rule.values())):
        table.add_row(*key, *(str(found[key]) for found in by_rule.values()))
    console.print(table)
    if "then" not in drawn:
        return
    changed = sorted(
        key for key in {*drawn["now"], *drawn["then"]} if drawn["now"][key] != drawn["then"][key]
    )
    table = Table("what", "rule", "cadre", "now", "then", title=f"{len(changed)} differences")
    for what, rule, cadre in changed[:SHOWN]:
        counts = (str(drawn[name][what, rule, cadre]) for name in ("now", "then"))
        table.add_row(what, rule, f"{cadre} {names.get(cadre, '')}", *counts)
    console.print(table)
    if len(changed) > SHOWN:
        console.print(f"… and {len(changed) - SHOWN} more")
    console.print("nothing was written")


if __name__ == "__main__":
    sys.exit(main(build(config.from_env()), sys.argv[1:]))
