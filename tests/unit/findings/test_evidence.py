"""Evidence over the in-memory twin: whose it is, whose finding's it becomes, and when it goes."""

from datetime import timedelta
from typing import Any

import pytest
from nameko.timer import Timer

from services.findings.application import commands
from services.findings.domain.errors import (
    ForbiddenError,
    InvalidError,
    SourceRefConflictError,
    UnknownAttachmentError,
)
from services.findings.domain.finding import Finding
from services.findings.entrypoints.service import FindingsWorker
from shared.contracts.claims import Claims
from tests.support import pictures
from tests.unit.findings.evidence_world import AUDITOR, OFFICE, TEAM, UNIT, World

ELSEWHERE = Claims("o2", "office", "990200")


def read(world: World, attachment: str, by: Claims) -> bytes:
    found = world.do(lambda work: world.app.evidence.readable(work, attachment, by))
    return b"".join(world.app.evidence.served(found))


def test_before_it_is_attached_only_its_uploader_knows_of_it(world: World) -> None:
    photo = world.upload(UNIT)
    assert read(world, photo, UNIT)
    for other in (TEAM, OFFICE, AUDITOR, Claims("u2", "unit", "990100002")):
        with pytest.raises(UnknownAttachmentError):
            read(world, photo, other)


def test_once_attached_it_is_read_by_whoever_reads_its_finding(world: World) -> None:
    photo = world.upload(TEAM)
    finding, _ = world.post(photo)
    assert finding["evidence"] == [photo]
    assert read(world, photo, OFFICE) == read(world, photo, UNIT)
    with pytest.raises(ForbiddenError):
        read(world, photo, ELSEWHERE)


def test_the_original_is_for_the_auditor(world: World) -> None:
    data = pictures.jpeg(place=True)
    photo = world.upload(TEAM, data)
    world.post(photo)
    found = world.do(lambda work: world.app.evidence.readable(work, photo, AUDITOR))
    assert b"".join(world.app.evidence.original(found, AUDITOR)) == data
    assert read(world, photo, AUDITOR) != data
    with pytest.raises(ForbiddenError):
        world.app.evidence.original(found, OFFICE)


def test_unknown_and_somebody_elses_are_refused_by_field_and_in_the_same_words(world: World) -> None:
    own, others = world.upload(TEAM), world.upload(UNIT)
    with pytest.raises(InvalidError) as caught:
        world.post(own, others, "no-such-id")
    assert set(caught.value.errors) == {"attachments.1", "attachments.2"}
    assert caught.value.errors["attachments.1"] == caught.value.errors["attachments.2"]
    finding, _ = world.post(own)
    assert finding["evidence"] == [own]


def test_an_upload_belongs_to_one_finding(world: World) -> None:
    photo = world.upload(TEAM)
    first, _ = world.post(photo)
    with pytest.raises(InvalidError) as caught:
        world.post(photo)
    assert "another finding" in caught.value.errors["attachments.0"][0]
    second, _ = world.post()
    assert second["number"].endswith("〕2号"), "a refused one takes no number"
    assert first["evidence"] == [photo]


def test_in_a_batch_the_first_line_has_the_upload(world: World) -> None:
    photo = world.upload(TEAM)
    outcomes = world.do(
        lambda work: world.app.do.post_findings(work, [world.posting((photo,)), world.posting((photo,))])
    )
    assert outcomes[0].finding.evidence == (photo,)
    assert "attachments.0" in outcomes[1].refusal.errors
    assert world.post()[0]["number"].endswith("〕2号")


def test_a_repeat_is_the_same_when_the_bytes_of_its_evidence_are(world: World) -> None:
    red, blue = pictures.jpeg("red"), pictures.jpeg("blue")
    told = {"source_ref": "B-06", "found_at": world.now - timedelta(hours=2)}
    photo = world.upload(TEAM, red)
    first, new = world.post(photo, **told)
    assert new
    assert world.post(photo, **told) == (first, False)
    again, new = world.post(world.upload(TEAM, red, "另存.jpg"), **told)
    assert (again["id"], again["evidence"], new) == (first["id"], [photo], False)
    for others in ((world.upload(TEAM, blue),), ()):
        with pytest.raises(SourceRefConflictError):
            world.post(*others, **told)


def test_a_report_and_a_dispute_bring_evidence(world: World) -> None:
    before, after = world.upload(TEAM), world.upload(UNIT)
    finding, _ = world.post(before)
    assert world.report(finding["id"], after)["evidence"] == [before, after]
    other, _ = world.post()
    paper = world.upload(UNIT, pictures.pdf())
    dispute = commands.Dispute(finding=other["id"], by=UNIT, grounds="不属于本单位", attachments=[paper])
    assert world.do(lambda work: world.app.do.dispute(work, dispute))["evidence"] == [paper]
    with pytest.raises(InvalidError):
        world.report(finding["id"], paper)


def test_a_report_names_its_uploads_before_the_finding_is_looked_for(world: World) -> None:
    with pytest.raises(InvalidError):
        world.report("no-such-finding", "no-such-upload")


def test_an_upload_that_nobody_attaches_goes_and_an_attached_one_stays(world: World) -> None:
    kept, lost = world.upload(TEAM), world.upload(TEAM)
    world.post(kept)
    world.now += timedelta(days=6, hours=23)
    assert world.app.evidence.sweep(world.do) == 0
    assert len(world.files.files) == 4
    world.now += timedelta(hours=2)
    assert world.app.evidence.sweep(world.do) == 1
    assert set(world.files.files) == {f"{kept}/original", f"{kept}/served"}
    assert set(world.database.collections["attachments"]) == {kept}
    with pytest.raises(InvalidError):
        world.post(lost)


def test_the_worker_sweeps_each_minute(world: World) -> None:
    world.upload(TEAM)
    world.now += timedelta(days=8)
    worker: Any = FindingsWorker()
    worker.app = world.app
    worker.sweep_evidence()
    assert world.files.files == {}
    [timer] = [one for one in FindingsWorker.sweep_evidence.nameko_entrypoints if isinstance(one, Timer)]
    assert timer.interval == 60


def test_files_of_an_upload_that_died_on_the_way_are_swept(world: World) -> None:
    class DiedError(Exception):
        pass

    def dies(id: str, pieces: object) -> None:
        raise DiedError

    world.app.evidence._files = type("Dying", (), {
        "put_original": world.files.put_original, "put_served": staticmethod(dies), "remove": world.files.remove,
    })()  # fmt: skip
    with pytest.raises(DiedError):
        world.upload(TEAM)
    assert len(world.files.files) == 1
    assert world.app.evidence.sweep(world.do) == 0, "it may still be under way"
    world.now += timedelta(hours=1)
    assert world.app.evidence.sweep(world.do) == 1
    assert (world.files.files, world.database.collections["attachments_left_over"]) == ({}, {})


def test_an_upload_whose_files_were_swept_meanwhile_is_not_kept(world: World) -> None:
    put = world.files.put_served

    def sleeps(id: str, pieces: object) -> object:
        world.now += timedelta(hours=2)
        world.app.evidence.sweep(world.do)
        return put(id, pieces)  # type: ignore[arg-type]

    world.files.put_served = sleeps  # type: ignore[method-assign, assignment]
    with pytest.raises(InvalidError) as caught:
        world.upload(TEAM)
    assert "too long" in caught.value.errors["file"][0]


def test_evidence_is_kept_in_the_order_it_was_named(world: World) -> None:
    ids = [world.upload(TEAM, pictures.jpeg(colour)) for colour in ("red", "green", "blue")]
    finding, _ = world.post(*reversed(ids))
    assert finding["evidence"] == ids[::-1]
    assert isinstance(world.do(lambda work: work.findings.get(finding["id"])), Finding)
