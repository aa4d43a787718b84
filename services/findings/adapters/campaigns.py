"""Campaigns as documents, in transactions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.findings.adapters.parts import Document, of_stamp, to_stamp
from services.findings.domain.campaign import Campaign
from shared.persistence.indexes import Index
from shared.persistence.paging import id_before
from shared.persistence.transaction import Transaction

CAMPAIGNS = "campaigns"
CAMPAIGN_INDEXES = (Index(CAMPAIGNS, [("code", 1)], unique=True),)


class CampaignRepository:
    """The campaigns of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def by_codes(self, codes: Iterable[str]) -> Mapping[str, Campaign]:
        """Those that there are, by code; the database is not asked for none."""
        wanted = list(codes)
        if not wanted:
            return {}
        found = self._tx.find(CAMPAIGNS, {"code": {"$in": wanted}})
        return {one["code"]: _to_campaign(one) for one in found}

    def add(self, campaign: Campaign) -> None:
        self._tx.insert(
            CAMPAIGNS,
            {
                "_id": campaign.id,
                "version": campaign.version,
                "code": campaign.code,
                "name": campaign.name,
                "from": campaign.since.isoformat(),
                "to": campaign.until.isoformat(),
                "note": campaign.note,
                "made": of_stamp(campaign.made),
            },
        )

    def newest(self, limit: int, cursor: str | None) -> Sequence[Campaign]:
        """The next ones before `cursor`, newest first."""
        where = {} if cursor is None else {"_id": {"$lt": id_before(cursor)}}
        return [_to_campaign(one) for one in self._tx.find(CAMPAIGNS, where, [("_id", -1)], limit)]


def _to_campaign(document: Document) -> Campaign:
    return Campaign(
        id=document["_id"],
        code=document["code"],
        name=document["name"],
        since=date.fromisoformat(document["from"]),
        until=date.fromisoformat(document["to"]),
        note=document["note"],
        made=to_stamp(document["made"]),
        version=document["version"],
    )
