"""The printed notice: what it says, its 送达回证, and faces that Chinese text is really set in."""

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from services.notifications.domain.errors import UnknownNoticeError
from tests.unit.notifications.events import UNIT, assigned, measure, registered
from tests.unit.notifications.test_recorded_receipts import LATER, PAPER, PHONE, REFUSED
from tests.unit.notifications.world import OFFICE, World, cadre, unit


@pytest.fixture
def world():
    world = World()
    world.deliver(registered("C001", "赵测试"), assigned("f-1", description="北门\x0b无人值守"))
    world.now = LATER
    return world


def printed(world: World, recipient: str, by: Any = OFFICE) -> Any:
    notice = world.notice(recipient=recipient)["_id"]
    return Document(io.BytesIO(world.work(lambda work: world.printing.print(work, notice, by))))


def receipt(file: Any) -> dict[str, str]:
    (table,) = file.tables
    return {row.cells[0].text: row.cells[1].text for row in table.rows}


def test_a_unit_gets_a_rectification_order_and_a_person_a_notice(world):
    assert printed(world, UNIT).paragraphs[0].text == "问题整改交办单"
    assert printed(world, "C001").paragraphs[0].text == "通知"


def test_it_says_what_the_notice_says_and_leaves_room_for_the_signature(world):
    file = printed(world, "C001")
    said = "\n".join(one.text for one in file.paragraphs)
    for word in (
        "问题编号:督〔2026〕1号",
        "北门无人值守",
        "整改时限",
        "签收仅表示收到,不代表认可",
        "送达回证",
    ):
        assert word in said
    rows = receipt(file)
    assert (rows["受送达人"], rows["受送达人签名"], rows["见证人(2人以上)"]) == ("赵测试", "", "")
    assert "年" in rows["收到时间"]


def test_the_receipt_shows_a_refusal_with_its_witnesses(world):
    world.record("phone", world.notice(recipient="C001")["_id"], **PHONE)
    world.record("refuse", world.notice(recipient="C001")["_id"], **REFUSED)
    rows = receipt(printed(world, "C001"))
    assert (rows["受送达人签名"], rows["见证人"], rows["拒签事由"]) == (
        "拒绝签收",
        "见证甲、见证乙",
        "本人拒绝",
    )
    assert rows["电话记录"] == "2026年2月25日11:00,值班甲致电,李某某接听"


def test_the_receipt_shows_how_and_when_it_was_signed(world):
    world.record("paper", world.notice(recipient="C001")["_id"], **PAPER)
    world.sign(world.notice(recipient=UNIT)["_id"], unit())
    rows = receipt(printed(world, "C001"))
    assert (rows["收到时间"], rows["送达人签名"]) == ("2026年2月25日11:00", "送达人甲")
    assert rows["送达方式"] == "系统收件箱、纸质"
    assert receipt(printed(world, UNIT))["受送达人签名"] == "已在系统内签收"


def test_every_run_names_its_face_for_chinese_text(world):
    file = printed(world, UNIT)
    cells = [
        line for table in file.tables for row in table.rows for cell in row.cells for line in cell.paragraphs
    ]
    runs = [run for line in [*file.paragraphs, *cells] for run in line.runs if run.text.strip()]
    faces = {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}
    assert faces == {"仿宋_GB2312", "黑体", "方正小标宋简体"}


def test_a_notice_of_a_measure_is_no_rectification_order(world):
    world.deliver(measure())
    notice = world.notice(event_type="measure.served.v1")["_id"]
    body = world.work(lambda work: world.printing.print(work, notice, cadre()))
    assert Document(io.BytesIO(body)).paragraphs[0].text == "通知"


def test_whoever_may_not_read_it_may_not_print_it(world):
    with pytest.raises(UnknownNoticeError):
        printed(world, "C001", cadre("C002"))
