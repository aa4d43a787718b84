"""A bulletin's way out: who moves it, its number, what is frozen, and how it is corrected."""

from dataclasses import replace

import pytest

from services.reporting.adapters.bulletin_repository import (
    BULLETIN_FILES,
    BULLETIN_ITEMS,
    BULLETIN_NUMBERS,
    BULLETINS,
)
from services.reporting.adapters.mongo import ReportingWork
from services.reporting.domain.errors import (
    AlreadyCorrectedError,
    BrokenSnapshotError,
    BusySeriesError,
    ForbiddenError,
    NotDraftError,
    RenderingError,
    SamePersonError,
    WrongStatusError,
)
from shared.contracts.claims import Claims
from tests.unit.reporting.bulletins import APPROVER, OFFICE, BulletinWorld, demo_facts
from tests.unit.reporting.world import COUNTY, TOWNSHIP

FACTS = demo_facts()


@pytest.fixture
def world() -> BulletinWorld:
    return BulletinWorld(FACTS)


def test_from_draft_by_approval_to_a_number(world):
    draft = world.draft()
    approved = world.approve(draft["id"])
    assert (approved["status"], approved["number"], approved["approved_by"]) == (
        "approved",
        None,
        APPROVER.sub,
    )
    published = world.publish(draft["id"])
    assert (published["status"], published["number"]) == ("published", "示督通〔2026〕1号")
    assert len(published["snapshot_sha256"]) == 64
    assert {one["format"] for one in published["files"]} == {"html", "md", "docx", "pdf"}
    assert published["figures"] == draft["figures"]
    assert world.bulletins.get(draft["id"], OFFICE) == published


def test_its_author_does_not_approve_it_nor_return_it(world):
    draft, self_approver = world.draft()["id"], replace(APPROVER, sub=OFFICE.sub)
    with pytest.raises(SamePersonError):
        world.approve(draft, self_approver)
    with pytest.raises(SamePersonError):
        world.send_back(draft, "再核", self_approver)


def test_what_is_returned_says_why_and_may_be_mended_and_approved(world):
    draft = world.draft()["id"]
    returned = world.send_back(draft, "数字与台账不符")
    assert (returned["status"], returned["returned"]) == ("draft", "数字与台账不符")
    world.edit(draft, title="更正后的标题")
    assert world.approve(draft)["returned"] is None


def test_what_was_approved_can_be_returned_before_it_is_published(world):
    draft = world.draft()["id"]
    world.approve(draft)
    with pytest.raises(NotDraftError):
        world.edit(draft, title="悄悄改")
    assert world.send_back(draft, "标题有误")["approved_by"] is None
    with pytest.raises(WrongStatusError):
        world.publish(draft)


def test_moves_in_the_wrong_status_are_refused_and_name_it(world):
    draft = world.draft()["id"]
    with pytest.raises(WrongStatusError) as refused:
        world.publish(draft)
    assert refused.value.extra["current_status"] == "draft"
    with pytest.raises(WrongStatusError):
        world.correct(draft)
    world.approve(draft)
    with pytest.raises(WrongStatusError):
        world.approve(draft)


def test_no_move_changes_a_published_one(world):
    bulletin = world.published()["id"]
    before = {name: dict(rows) for name, rows in world.database.collections.items()}
    for move in (world.approve, world.publish, lambda one: world.send_back(one, "不行")):
        with pytest.raises(WrongStatusError):
            move(bulletin)
    with pytest.raises(NotDraftError):
        world.edit(bulletin, title="改了")
    assert world.database.collections == before


def test_another_role_or_area_does_not_publish(world):
    bulletin = world.draft()["id"]
    world.approve(bulletin)
    with pytest.raises(ForbiddenError):
        world.publish(bulletin, Claims("commission-1", "commission", COUNTY))
    with pytest.raises(ForbiddenError):
        world.publish(bulletin, Claims("office-2", "office", TOWNSHIP))


def test_numbers_follow_each_other_and_begin_anew_each_year(world):
    numbers = [world.published()["number"] for _ in range(3)]
    world.now = world.now.replace(year=2027)
    numbers += [world.published()["number"] for _ in range(2)]
    assert numbers == [
        "示督通〔2026〕1号",
        "示督通〔2026〕2号",
        "示督通〔2026〕3号",
        "示督通〔2027〕1号",
        "示督通〔2027〕2号",
    ]


def test_a_township_publishes_under_its_own_head_and_number(world):
    unit = Claims("unit-1", "unit", TOWNSHIP)
    assert world.published()["number"] == "示督通〔2026〕1号"
    numbers = [world.published(unit, kind="plan")["number"] for _ in range(2)]
    assert numbers == ["示城办〔2026〕1号", "示城办〔2026〕2号"]
    printed = world.renderer.documents[-1]
    assert (printed.head, printed.signed_by) == ("示范县城关街道办事处文件", "示范县城关街道办事处")


@pytest.mark.parametrize("audience", ["county", "public"])
def test_what_is_published_for_the_county_is_read_in_every_township_but_not_what_is_behind_it(
    world, audience
):
    unit, bulletin = Claims("unit-1", "unit", TOWNSHIP), world.draft()["id"]
    world.edit(bulletin, audience=audience)
    world.approve(bulletin)
    with pytest.raises(ForbiddenError):
        world.bulletins.get(bulletin, unit)
    world.publish(bulletin)
    assert world.bulletins.get(bulletin, unit)["audience"] == audience
    assert "通报" in world.render(bulletin, "md", unit)
    with pytest.raises(ForbiddenError):
        world.bulletins.trace(bulletin, "total.findings", unit)
    with pytest.raises(ForbiddenError):
        world.bulletins.get(bulletin, Claims("unit-2", "unit", "990200001"))
    internal = world.published()["id"]
    with pytest.raises(ForbiddenError):
        world.bulletins.get(internal, unit)


def test_a_file_that_cannot_be_made_takes_no_number(world):
    bulletin = world.draft()["id"]
    world.approve(bulletin)
    world.renderer.fails = True
    with pytest.raises(RenderingError):
        world.publish(bulletin)
    assert world.bulletins.get(bulletin, OFFICE)["status"] == "approved"
    assert BULLETIN_NUMBERS not in world.database.collections
    world.renderer.fails = False
    assert world.publish(bulletin)["number"] == "示督通〔2026〕1号"


def test_who_loses_the_number_to_another_is_set_again_with_the_next(world):
    first, second = world.draft()["id"], world.draft()["id"]
    for one in (first, second):
        world.approve(one)
    render = world.renderer.render
    world.renderer.render = _meanwhile(world, second, render)
    assert world.publish(first)["number"] == "示督通〔2026〕2号"
    assert world.bulletins.get(second, OFFICE)["number"] == "示督通〔2026〕1号"
    assert {one.number for one in world.renderer.documents[-2:]} == {"示督通〔2026〕2号"}


def test_who_loses_it_each_time_is_told_so_and_nothing_is_published(world):
    bulletin = world.draft()["id"]
    world.approve(bulletin)
    taken = iter(range(1, 100))
    render = world.renderer.render

    def taking(*args):
        world.transact(lambda work: work.bulletins.take_number("示督通", 2026, next(taken)))
        return render(*args)

    world.renderer.render = taking
    with pytest.raises(BusySeriesError):
        world.publish(bulletin)
    assert world.bulletins.get(bulletin, OFFICE)["status"] == "approved"


def test_its_files_bear_number_and_day_and_stay_as_they_are(world):
    bulletin = world.published()["id"]
    html = world.render(bulletin, "html")
    assert "示督通〔2026〕1号" in html
    assert "草稿" not in html
    assert "示督通〔2026〕1号" in world.render(bulletin, "md")
    assert world.bulletins.file(bulletin, "pdf", OFFICE) == b"pdf"
    last = world.renderer.documents[-1]
    assert (last.number, last.signed_on, last.printed_on) == (
        "示督通〔2026〕1号",
        world.now.date(),
        world.now.date(),
    )
    set_before = len(world.renderer.documents)
    world.bulletins.file(bulletin, "docx", OFFICE)
    assert len(world.renderer.documents) == set_before, "a published file is kept, not made again"


@pytest.mark.parametrize("kept", ["html", "md", "docx", "pdf"])
def test_a_changed_byte_of_a_file_is_noticed(world, kept):
    bulletin = world.published()["id"]
    assert world.bulletins.faults(bulletin) == []
    files = world.database.collections[BULLETIN_FILES]
    key = f"{bulletin}:{kept}:000000"
    files[key] = {**files[key], "data": b"X" + bytes(files[key]["data"])[1:]}
    assert world.bulletins.faults(bulletin) == [f"its file .{kept}"]
    for read in (
        lambda: world.bulletins.get(bulletin, OFFICE),
        lambda: world.render(bulletin, "html"),
        lambda: world.bulletins.file(bulletin, "pdf", OFFICE),
    ):
        with pytest.raises(BrokenSnapshotError):
            read()


@pytest.mark.parametrize(
    ("collection", "key", "change"),
    [
        (BULLETINS, "bulletin-1", {"title": "别的标题"}),
        (BULLETINS, "bulletin-1", {"number": "示督通〔2026〕9号"}),
        (BULLETIN_ITEMS, "bulletin-1:000000", {"description": "没有问题"}),
    ],
)
def test_changed_data_is_noticed(world, collection, key, change):
    bulletin = world.published()["id"]
    rows = world.database.collections[collection]
    rows[key] = rows[key] | change
    assert "its data" in world.bulletins.faults(bulletin)
    with pytest.raises(BrokenSnapshotError):
        world.bulletins.get(bulletin, OFFICE)


def test_a_lost_file_and_lost_items_are_noticed(world):
    bulletin = world.published()["id"]
    del world.database.collections[BULLETIN_FILES][f"{bulletin}:pdf:000000"]
    del world.database.collections[BULLETIN_ITEMS][f"{bulletin}:000001"]
    assert world.bulletins.faults(bulletin) == ["its data", "its file .pdf", "its figures"]


def test_files_longer_than_a_document_are_kept_in_pieces(world):
    content = bytes(range(256)) * 40_000
    world.database.transact(lambda tx: ReportingWork(tx).bulletins.add_files("b", {"pdf": content}))
    assert len(world.database.collections[BULLETIN_FILES]) == 3
    assert world.store.files("b") == {"pdf": content}


def test_a_correction_cites_the_old_one_and_goes_to_the_same_readers(world):
    draft = world.draft()["id"]
    world.edit(draft, audience="county", addressees=["各乡镇"], copy_to=["县委办"])
    world.approve(draft)
    old = world.publish(draft)
    new = world.correct(draft, "施营社区数量有误")
    assert (new["status"], new["number"], new["corrects"]) == ("draft", None, draft)
    assert new["corrects_number"] == old["number"]
    for name in ("audience", "addressees", "copy_to", "kind", "area", "from", "to", "names"):
        assert new[name] == old[name], name
    assert "因施营社区数量有误，对示督通〔2026〕1号通报更正如下" in new["lead"]
    assert world.bulletins.get(draft, OFFICE) == old
    world.approve(new["id"])
    published = world.publish(new["id"])
    assert published["number"] == "示督通〔2026〕2号"
    assert world.bulletins.get(draft, OFFICE) == old | {"corrected_by": new["id"]}
    assert world.bulletins.faults(draft) == []


def test_a_bulletin_is_corrected_once_and_then_its_correction_is(world):
    bulletin = world.published()["id"]
    first, second = world.correct(bulletin)["id"], world.correct(bulletin)["id"]
    for one in (first, second):
        world.approve(one)
    world.publish(first)
    with pytest.raises(AlreadyCorrectedError) as refused:
        world.publish(second)
    assert refused.value.extra == {"corrected_by": first}
    with pytest.raises(AlreadyCorrectedError):
        world.correct(bulletin)
    assert world.correct(first)["corrects"] == first


def test_the_world_is_told_of_what_was_published_and_corrected(world):
    bulletin = world.published()["id"]
    new = world.correct(bulletin, "人数有误")["id"]
    world.approve(new)
    world.publish(new)
    told = world.told()
    assert [(one.type, one.subject, one.sequence) for one in told] == [
        ("bulletin.published.v1", bulletin, 1),
        ("bulletin.published.v1", new, 1),
        ("bulletin.corrected.v1", bulletin, 2),
    ]
    assert told[0].data["snapshot_sha256"] == world.bulletins.get(bulletin, OFFICE)["snapshot_sha256"]
    assert (told[2].data["corrected_by"], told[2].data["corrected_by_number"]) == (new, "示督通〔2026〕2号")
    assert told[2].data["change"]["note"] == "人数有误"


def test_a_published_one_is_read_by_all_of_its_area_and_a_draft_is_not(world):
    published, reader = world.published()["id"], Claims("unit-1", "unit", COUNTY)
    world.draft()
    assert [one["id"] for one in world.bulletins.find(reader, limit=9, cursor=None)[0]] == [published]
    assert world.bulletins.get(published, reader)["status"] == "published"


def _meanwhile(world, other, render):
    """Before the first file is set, somebody else publishes."""

    def rendering(*args):
        world.renderer.render = render
        world.publish(other)
        return render(*args)

    return rendering
