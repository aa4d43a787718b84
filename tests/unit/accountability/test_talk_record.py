"""The printed record of a talk: what it says, in which faces; and the county's file about talks."""

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from services.accountability.adapters.county_talks import load_talks
from services.accountability.adapters.talk_record import DocxTalkRecord
from services.accountability.application.execution_queries import ExecutionQueries
from services.accountability.domain.errors import UnknownError
from shared.contracts.claims import Claims
from shared.contracts.errors import DataFileError
from tests.unit.accountability.case_world import APPROVER, TALKS, CaseWorld, planned
from tests.unit.accountability.world import COMMISSION, COUNTY, ROOT, VOCABULARY

C1 = Claims("sub-c1", "cadre", COUNTY, cadre="C1")


class Store:
    """Reads what a world has."""

    def __init__(self, world):
        self.world = world

    def measure(self, measure_id):
        return self.world.work(lambda work: work.measures.get(measure_id))

    def case(self, case_id):
        return self.world.work(lambda work: work.cases.get(case_id))

    def talk(self, measure):
        return self.world.work(lambda work: work.talks.of_measure(measure))

    def cards(self, cadres):
        found = self.world.work(lambda work: [work.cadres.get(one) for one in cadres])
        return {one.id: one.card for one in found}


@pytest.fixture
def world():
    return CaseWorld()


def ask(world):
    store: Any = Store(world)
    return ExecutionQueries(store, DocxTalkRecord(TALKS.form), VOCABULARY.label)


def talked(world, kind="admonition_talk", **told):
    (measure,) = world.measures_of(world.approved(planned(kind, decision_no="县纪〔2026〕3号")))
    world.talk(measure.id, **told)
    return measure.id


def record(world, measure, by=COMMISSION):
    return Document(io.BytesIO(ask(world).talk_record(measure, by)))


def said(file):
    rows = {row.cells[0].text: row.cells[1].text for row in file.tables[0].rows}
    return rows, [line.text for line in file.paragraphs]


def test_it_says_who_when_where_and_what(world):
    rows, lines = said(record(world, talked(world)))
    assert lines[0] == "诫勉谈话记录"
    assert rows == {
        "谈话对象": "李建国", "单位及职务": "居委会 书记", "谈话时间": "2026年2月24日15时00分",
        "谈话地点": "县纪委谈话室", "谈话人": "张某某、王某某", "记录人": "赵某某", "决定机关": "县纪委",
        "决定文号及日期": "县纪〔2026〕3号 2026年2月22日", "谈话事由": "卡口无人值守",
        "谈话内容": "指出问题,提出要求", "谈话对象表态": "认识错误,立即整改",
        "回访安排": "2026年5月25日前后进行回访。",
    }  # fmt: skip
    assert any(line.startswith("谈话对象(签名)") for line in lines)


def test_a_refusal_stands_in_the_place_of_the_signature(world):
    _, lines = said(record(world, talked(world, refusal="本人不认可{第二条}")))
    assert "谈话对象未在记录上签名,原因:本人不认可{第二条}" in lines
    assert not any(line.startswith("谈话对象(签名)") for line in lines)


def test_every_run_has_its_face_for_chinese(world):
    file = record(world, talked(world))
    lines = [
        *file.paragraphs,
        *(line for row in file.tables[0].rows for cell in row.cells for line in cell.paragraphs),
    ]
    faces = {run._element.rPr.rFonts.get(qn("w:eastAsia")) for line in lines for run in line.runs}
    assert faces == set(TALKS.form.faces.values())
    assert file.paragraphs[0].runs[0].font.name == TALKS.form.faces["title"]


def test_a_visit_after_it_stands_there_too_and_odd_characters_break_nothing(world):
    measure = talked(world, "reminder_talk", points="第一行\n第二行\x0b𠮷")
    world.follow_up(measure)
    rows, lines = said(record(world, measure))
    assert (lines[0], rows["回访情况"]) == ("提醒谈话记录", "2026年2月25日:整改到位")
    assert rows["谈话内容"].startswith("第一行\n第二行")


def test_the_person_reads_it_without_the_facts_of_the_case(world):
    measure = talked(world)
    rows, _ = said(record(world, measure, C1))
    assert (rows["谈话对象"], rows["谈话事由"]) == ("李建国", "")


def test_there_is_none_before_the_talk_was_held_and_none_for_others(world):
    (measure,) = world.measures_of(world.approved(planned("admonition_talk")))
    for by in (COMMISSION, C1):
        with pytest.raises(UnknownError):
            ask(world).talk_record(measure.id, by)
    world.schedule(measure.id)
    assert ask(world).talk(measure.id, C1)["scheduled"]["place"] == "县纪委谈话室"
    with pytest.raises(UnknownError):
        ask(world).talk_record(measure.id, APPROVER)
    other = Claims("sub-c2", "cadre", COUNTY, cadre="C2")
    with pytest.raises(UnknownError):
        ask(world).talk(measure.id, other)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("days: 90", "days: 0", "line 12"), ("{day}前后", "某日前后", "holds the place {day}"),
     ("    other: 谈话记录\n", "", "other"), ("    place: 谈话地点\n", "", "place")],
)  # fmt: skip
def test_a_fault_in_the_file_stops_the_start(tmp_path, old, new, told):
    text = (ROOT / "deploy/county/talks.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "talks.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_talks(tmp_path)
    assert told in str(refused.value)
