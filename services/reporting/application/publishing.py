"""A bulletin's way out: approved or returned by another, published with a number for good, corrected by a new one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from services.reporting.application.answers import Answer
from services.reporting.application.bulletin_drafting import DraftBulletin, Drafting
from services.reporting.application.bulletin_files import BulletinFiles
from services.reporting.application.bulletin_naming import check_audience
from services.reporting.application.bulletin_outgoing import told_of
from services.reporting.application.bulletin_reading import readable, require_author
from services.reporting.application.bulletin_sources import BulletinSources
from services.reporting.application.bulletin_texts import BulletinTexts
from services.reporting.application.bulletins import Bulletins
from services.reporting.application.ports import Clock, Work
from services.reporting.domain.bulletin import PUBLISHED, Bulletin
from services.reporting.domain.bulletin_snapshot import frozen
from services.reporting.domain.calendar import day_of
from services.reporting.domain.errors import (
    AlreadyCorrectedError,
    BusySeriesError,
    OutdatedError,
    WrongStatusError,
)
from services.reporting.domain.series import Series, issuer_of
from shared.contracts.claims import Claims
from shared.contracts.reporting import BULLETIN_CORRECTED_V1, BULLETIN_PUBLISHED_V1

TRIES = 4
Transact = Callable[[Callable[[Work], Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBulletin:
    """Move a bulletin on. `require_version` refuses who saw another version."""

    bulletin: str
    by: Claims
    require_version: Callable[[int], None]
    reason: str = ""


class Publishing:
    """Moves bulletins."""

    def __init__(
        self,
        bulletins: Bulletins,
        drafting: Drafting,
        sources: BulletinSources,
        texts: BulletinTexts,
        files: BulletinFiles,
        series: tuple[Series, ...],
        clock: Clock,
    ) -> None:
        self._bulletins = bulletins
        self._drafting = drafting
        self._sources = sources
        self._texts = texts
        self._files = files
        self._series = series
        self._clock = clock

    def approve(self, work: Work, command: MoveBulletin) -> Answer:
        approved = _found(work, command).approve(command.by.sub, self._clock())
        check_audience(approved)
        work.bulletins.save(approved)
        return self._bulletins.answer(approved)

    def send_back(self, work: Work, command: MoveBulletin) -> Answer:
        """To its author, with what is to be mended."""
        returned = _found(work, command).send_back(command.by.sub, command.reason, self._clock())
        work.bulletins.save(returned)
        return self._bulletins.answer(returned)

    def publish(self, transact: Transact, command: MoveBulletin) -> Answer:
        """With the next number of its series. Its files are made before the transaction that takes the number: should
        another bulletin take it meanwhile, they are made again with the one after it.

        Raises:
            OutdatedError: what it shows may not be told any more.
            RenderingError: a file cannot be made now; nothing happened.
            BusySeriesError: others were faster each time.
        """
        for _ in range(TRIES):
            ready, n = transact(lambda work: self._ready(work, command))
            made, files = self._made(ready, n, command)
            if transact(self._keeping(command, (ready, n), made, files)):
                return self._bulletins.answer(made)
        raise BusySeriesError

    def correct(self, work: Work, command: MoveBulletin) -> Answer:
        """A new draft of the same days and for the same readers, which cites the one it corrects."""
        old = require_author(_found(work, command), command.by)
        if old.status != PUBLISHED:
            raise WrongStatusError("correct", old.status)
        if old.corrected_by:
            raise AlreadyCorrectedError(old.corrected_by)
        wanted = DraftBulletin(
            kind=old.kind,
            area=old.area,
            since=old.since,
            until=old.until,
            team=old.team,
            title=f"{old.title}（更正）" if not old.corrects else old.title,
            names=old.names,
            group_by=old.group_by,
            by=command.by,
        )
        draft = self._drafting.draft(
            work,
            wanted,
            addressees=old.addressees,
            copy_to=old.copy_to,
            audience=old.audience,
            corrects=old.id,
            corrects_number=old.number,
            correction_reason=command.reason,
        )
        return self._bulletins.answer(draft)

    def _ready(self, work: Work, command: MoveBulletin) -> tuple[Bulletin, int]:
        """The bulletin that may be published, and the number it would have."""
        bulletin = require_author(_found(work, command), command.by)
        now = self._clock()
        bulletin.publish("", command.by.sub, now)
        check_audience(bulletin)
        self._corrected(work, bulletin)
        if changes := self._sources.changes(bulletin):
            raise OutdatedError((one.id, one.number, one.what) for one in changes)
        issuer = issuer_of(self._series, bulletin.kind, bulletin.area).issuer
        return bulletin, work.bulletins.last_number(issuer, day_of(now).year) + 1

    def _made(self, bulletin: Bulletin, n: int, command: MoveBulletin) -> tuple[Bulletin, dict[str, bytes]]:
        now = self._clock()
        number = issuer_of(self._series, bulletin.kind, bulletin.area).number(day_of(now).year, n)
        # The templates' own paragraphs may read otherwise tomorrow.
        worded = replace(bulletin, lead=self._texts.lead(bulletin), closing=self._texts.closing(bulletin))
        published = worded.publish(number, command.by.sub, now)
        files = self._files.all(published)
        return frozen(published, files), files

    def _keeping(
        self, command: MoveBulletin, seen: tuple[Bulletin, int], made: Bulletin, files: dict[str, bytes]
    ) -> Callable[[Work], bool]:
        """Keep it, unless it or the series is no longer what was seen."""
        assert made.published_at is not None
        year = day_of(made.published_at).year
        issuer = issuer_of(self._series, made.kind, made.area).issuer

        def keep(work: Work) -> bool:
            bulletin = require_author(_found(work, command), command.by)
            if (bulletin, work.bulletins.last_number(issuer, year) + 1) != seen:
                return False
            work.bulletins.take_number(issuer, year, seen[1])
            self._keep(work, made, files)
            return True

        return keep

    def _keep(self, work: Work, made: Bulletin, files: dict[str, bytes]) -> None:
        old = self._corrected(work, made)
        work.bulletins.add_files(made.id, files)
        self._tell(work, made, BULLETIN_PUBLISHED_V1, "published", made.correction_reason)
        if old is not None:
            corrected = replace(old, corrected_by=made.id)
            self._tell(work, corrected, BULLETIN_CORRECTED_V1, "corrected", made.correction_reason, made)

    def _corrected(self, work: Work, bulletin: Bulletin) -> Bulletin | None:
        """The one that it corrects, which no other may have corrected meanwhile."""
        old = work.bulletins.get(bulletin.corrects) if bulletin.corrects else None
        if old is not None and old.corrected_by:
            raise AlreadyCorrectedError(old.corrected_by)
        return old

    def _tell(
        self,
        work: Work,
        bulletin: Bulletin,
        type: str,
        move: str,
        reason: str | None,
        by: Bulletin | None = None,
    ) -> None:
        told, now = replace(bulletin, told=bulletin.told + 1), self._clock()
        work.bulletins.save(told)
        work.tell(type, told.id, told.told, told_of(told, move, now, reason, by), now)


def _found(work: Work, command: MoveBulletin) -> Bulletin:
    bulletin = readable(work.bulletins.get(command.bulletin), command.by)
    command.require_version(bulletin.version)
    return bulletin
