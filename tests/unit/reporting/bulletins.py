"""Builders for tests of bulletins: the demo county's findings as facts, and the use cases over them.

`python -m tests.unit.reporting.bulletins` writes the golden files anew: read what changed before keeping it.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.reporting.adapters.bulletin_repository import (
    BULLETIN_FILES,
    BULLETIN_ITEMS,
    BULLETINS,
    pieced_together,
    to_bulletin,
)
from services.reporting.adapters.bulletin_writer import JinjaBulletinWriter
from services.reporting.adapters.letterhead import load_letterheads
from services.reporting.adapters.mongo import INDEXES, ReportingWork
from services.reporting.adapters.series import load_series
from services.reporting.application.bulletin_drafting import DraftBulletin, Drafting
from services.reporting.application.bulletin_files import BulletinFiles
from services.reporting.application.bulletin_sources import BulletinSources
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.bulletins import Bulletins, EditBulletin
from services.reporting.application.publishing import MoveBulletin, Publishing
from services.reporting.domain.bulletin import Bulletin, BulletinFilters
from services.reporting.domain.calendar import kept
from services.reporting.domain.errors import RenderingError
from services.reporting.domain.fact import Fact, rebuild
from services.reporting.domain.filters import Filters, matches
from services.reporting.domain.official_document import OfficialDocument
from services.reporting.domain.view import view
from shared.contracts.claims import Claims
from shared.contracts.envelope import Event, decode
from shared.messaging.outbox import OUTBOX
from shared.persistence.memory import MemoryDatabase
from tests.unit.reporting.world import AREAS, COUNTY, DEMO, VOCABULARY, moved

GOLDEN = Path(__file__).parent / "golden"
DRAFTED_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
OFFICE = Claims("office-1", "office", COUNTY)
APPROVER = Claims("approver-1", "approver", COUNTY)
COUNTY_DIR = DEMO.parent / "county"
LETTERHEADS, SERIES = load_letterheads(COUNTY_DIR), load_series(COUNTY_DIR)
LETTERHEAD = LETTERHEADS["示督通"]
TITLE = "关于疫情防控督导检查发现问题的通报"
_NEXT = ("accepted", "closed", "closed", "reported", "blocked", "disputed", "posted")
"""What became of the findings, one after the other."""


def demo_events() -> list[Event]:
    """The demo county's findings as posted, and what was told of them last."""
    lines = (DEMO / "findings.ndjson").read_text(encoding="utf-8").splitlines()
    events = []
    for n, line in enumerate(lines, 1):
        told = {k: v for k, v in json.loads(line).items() if k not in ("responsible", "attachments")}
        finding, number = f"f-{n:02}", f"督〔2026〕{n}号"
        events.append(moved(finding, number=number, **told))
        move = _NEXT[n % len(_NEXT)]
        if move != "posted":
            ends = {f"{end}_at": "2026-02-25T09:00:00+08:00" for end in ("reported", "closed")}
            events.append(moved(finding, move, 2, number=number, **told | (ends if move == "closed" else {})))
    return events


def demo_facts() -> list[Fact]:
    events = demo_events()
    return [rebuild(finding, events) for finding in dict.fromkeys(event.subject for event in events)]


class FactStore:
    """The store of bulletins: facts from a list, bulletins from the database in memory."""

    def __init__(self, facts: Sequence[Fact], database: MemoryDatabase, told: Sequence[Event] = ()) -> None:
        self.facts = list(facts)
        self.told = list(told)
        self._database = database

    def get(self, bulletin: str) -> Bulletin | None:
        head = self._database.collections.get(BULLETINS, {}).get(bulletin)
        return None if head is None else to_bulletin(head, [])

    def whole(self, bulletin: str) -> Bulletin | None:
        head = self._database.collections.get(BULLETINS, {}).get(bulletin)
        items = self._database.collections.get(BULLETIN_ITEMS, {})
        own = [items[key] for key in sorted(items) if key.startswith(f"{bulletin}:")]
        return None if head is None else to_bulletin(head, own)

    def find(self, filters: BulletinFilters, limit: int, cursor: str | None) -> tuple[list[Bulletin], None]:
        heads = self._database.collections.get(BULLETINS, {}).values()
        found = [to_bulletin(head, []) for head in heads]
        shown = [one for one in found if one.status == "published" or one.kind in filters.drafts]
        return [one for one in shown if filters.status in (None, one.status)][:limit], None

    def files(self, bulletin: str) -> dict[str, bytes]:
        pieces = self._database.collections.get(BULLETIN_FILES, {})
        return pieced_together(pieces[key] for key in sorted(pieces) if key.startswith(f"{bulletin}:"))

    def case_ids(self, limit: int) -> list[str]:
        return sorted({one.data["case"] for one in self.told if one.type.startswith("case.")})[:limit]

    def told_of_cases(self, cases: Sequence[str]) -> list[Event]:
        return [one for one in self.told if one.data.get("case") in cases]

    def cards(self, cadres: Sequence[str]) -> dict[str, Any]:
        told = (one for one in self.told if one.type == "cadre.registered.v1")
        return {one.subject: one.data for one in told if one.subject in cadres}

    def withdrawn(self, findings: Sequence[str]) -> set[str]:
        return {fact.id for fact in self.facts if fact.state and fact.state["status"] == "withdrawn"} & set(
            findings
        )

    def facts_for(self, filters: Filters, limit: int) -> list[Fact]:
        now = DRAFTED_AT
        found = [fact for fact in self.facts if matches(filters, fact, view(fact), now)]
        shown = [fact for fact in found if fact.state and fact.state["status"] != "withdrawn"]
        return sorted(shown, key=lambda fact: (fact.state or {})["found_at"])[:limit]


class KeptDocuments:
    """A renderer that keeps what it is to set; with `fails` it cannot."""

    def __init__(self) -> None:
        self.documents: list[OfficialDocument] = []
        self.fails = False

    def render(self, document: OfficialDocument, file_format: str) -> bytes:
        if self.fails:
            raise RenderingError
        self.documents.append(document)
        return file_format.encode()


class BulletinWorld:
    """The use cases of bulletins over facts, on the database in memory."""

    def __init__(self, facts: Sequence[Fact], told: Sequence[Event] = ()) -> None:
        self.database = MemoryDatabase(INDEXES)
        self.now = kept(DRAFTED_AT)
        self._ids = iter(f"bulletin-{n}" for n in range(1, 100))
        texts = BulletinTexts(JinjaBulletinWriter(COUNTY_DIR), VOCABULARY, AREAS)
        self.store = FactStore(facts, self.database, told)
        self.renderer = KeptDocuments()
        files = BulletinFiles(texts, self.renderer, LETTERHEADS, SERIES)
        sources = BulletinSources(self.store)
        self.drafting = drafting = Drafting(sources, texts, lambda: next(self._ids), lambda: self.now)
        self.bulletins = Bulletins(self.store, drafting, texts, files, AREAS, lambda: self.now)
        self.publishing = Publishing(
            self.bulletins, drafting, sources, texts, files, SERIES, lambda: self.now
        )

    def transact(self, act: Callable[[ReportingWork], Any]) -> Any:
        return self.database.transact(lambda tx: act(ReportingWork(tx)))

    def approve(self, bulletin: str, by: Claims = APPROVER) -> dict[str, Any]:
        return self.transact(lambda work: self.publishing.approve(work, _move(bulletin, by)))

    def send_back(self, bulletin: str, reason: str, by: Claims = APPROVER) -> dict[str, Any]:
        return self.transact(lambda work: self.publishing.send_back(work, _move(bulletin, by, reason)))

    def publish(self, bulletin: str, by: Claims = OFFICE) -> dict[str, Any]:
        return self.publishing.publish(self.transact, _move(bulletin, by))

    def correct(self, bulletin: str, reason: str = "人数有误", by: Claims = OFFICE) -> dict[str, Any]:
        return self.transact(lambda work: self.publishing.correct(work, _move(bulletin, by, reason)))

    def published(self, by: Claims = OFFICE, **asked: Any) -> dict[str, Any]:
        """A new one, all the way."""
        bulletin = self.draft(by, **asked)["id"]
        self.approve(bulletin)
        return self.publish(bulletin, by)

    def told(self) -> list[Event]:
        """What was published to the world, in order."""
        rows = self.database.collections.get(OUTBOX, {})
        return [decode(rows[key]["body"]) for key in sorted(rows)]

    def draft(self, by: Claims = OFFICE, **asked: Any) -> dict[str, Any]:
        """A problems bulletin of the whole county, unless asked otherwise."""
        wanted: dict[str, Any] = {
            "kind": "problems", "area": by.area, "since": date(2026, 1, 1), "until": date(2026, 12, 31),
            "team": None, "title": None, "names": None, "group_by": None,
        } | asked  # fmt: skip
        command = DraftBulletin(**wanted, by=by)
        return self.database.transact(lambda tx: self.bulletins.draft(ReportingWork(tx), command))

    def edit(
        self,
        bulletin: str,
        by: Claims = OFFICE,
        require_version: Callable[[int], None] = lambda _: None,
        **body: Any,
    ) -> dict[str, Any]:
        command = EditBulletin.from_request(bulletin, body, by, require_version)
        return self.database.transact(lambda tx: self.bulletins.edit(ReportingWork(tx), command))

    def facts_now(self, facts: Sequence[Fact]) -> None:
        """What the ledger knows from now on."""
        self.store.facts = list(facts)

    def told_later(self, *events: Event) -> None:
        """What the archive holds beside what was there."""
        self.store.told += events

    def refresh(self, bulletin: str, by: Claims = OFFICE) -> dict[str, Any]:
        return self.transact(lambda work: self.bulletins.refresh(work, bulletin, by, lambda _: None))

    def render(self, bulletin: str, ending: str, by: Claims = OFFICE) -> str:
        return self.bulletins.render(bulletin, ending, by)


def _move(bulletin: str, by: Claims, reason: str = "") -> MoveBulletin:
    return MoveBulletin(bulletin=bulletin, by=by, require_version=lambda _: None, reason=reason)


def demo_bulletin() -> tuple[BulletinWorld, str]:
    """The problems bulletin of the demo county, drafted."""
    world = BulletinWorld(demo_facts())
    return world, world.draft(title=TITLE)["id"]


if __name__ == "__main__":
    world, made = demo_bulletin()
    for ending in ("md", "html"):
        (GOLDEN / f"problems.{ending}").write_text(world.render(made, ending), encoding="utf-8")
