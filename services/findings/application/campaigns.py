"""专项: campaigns are opened by the office; findings and visits name them by code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.findings.application.answers import Answer, actor
from services.findings.application.ports import Clock, NewId, Work
from services.findings.domain.campaign import Campaign
from services.findings.domain.errors import CampaignExistsError
from services.findings.domain.parts import Stamp
from shared.contracts.claims import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign:
    """`since` and `until` are its days, both included."""

    code: str
    name: str
    since: date
    until: date
    note: str | None
    by: Claims


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Commands and questions about campaigns."""

    new_id: NewId
    clock: Clock

    def open(self, work: Work, command: OpenCampaign) -> Answer:
        """A new campaign; its code is taken by no other."""
        if work.campaigns.by_codes([command.code]):
            raise CampaignExistsError(command.code)
        made = Stamp(actor(command.by), self.clock())
        campaign = Campaign(
            self.new_id(), command.code, command.name, command.since, command.until, command.note, made
        )
        work.campaigns.add(campaign)
        return _answer(campaign)

    def find(self, work: Work, limit: int, cursor: str | None) -> tuple[list[Answer], str | None]:
        """One page, newest first."""
        found = work.campaigns.newest(limit + 1, cursor)
        return [_answer(one) for one in found[:limit]], found[limit - 1].id if len(found) > limit else None


def unknown_campaign(code: str | None, known: Mapping[str, Campaign]) -> dict[str, list[str]]:
    """What is wrong with a campaign that was named; empty when nothing is."""
    if code is None or code in known:
        return {}
    return {
        "campaign": [f"no campaign has the code {code}; GET /campaigns lists them, the office opens others"]
    }


def _answer(one: Campaign) -> Answer:
    return {
        "id": one.id,
        "code": one.code,
        "name": one.name,
        "from": one.since,
        "to": one.until,
        "note": one.note,
        "version": one.version,
        "created_at": one.made.at,
        "updated_at": one.made.at,
    }
