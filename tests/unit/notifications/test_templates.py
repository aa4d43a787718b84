"""The text of every notice, word for word; a template that asks for what is not there stops the start or the notice."""

import pytest
from jinja2 import UndefinedError

from services.notifications.adapters.templates import JinjaNoticeWriter
from shared.contracts.errors import DataFileError
from tests.unit.notifications.events import assigned, warned
from tests.unit.notifications.golden import CASES, FOLDER, text
from tests.unit.notifications.world import WRITER, World


@pytest.mark.parametrize("case", CASES)
def test_a_notice_reads_as_it_was_approved(case):
    assert text(case) == (FOLDER / f"{case}.txt").read_text(encoding="utf-8")


def test_the_test_message_reads_as_it_was_approved():
    written = WRITER.write("channel_test", {})
    approved = (FOLDER / "channel-test.txt").read_text(encoding="utf-8")
    assert f"{written.subject}\n\n{written.body}" == approved


def test_every_template_has_a_text_that_was_approved():
    approved = " ".join(path.stem for path in FOLDER.glob("*.txt"))
    assert all(name.replace("_", "-") in approved for name in WRITER.names)


@pytest.mark.parametrize("case", CASES)
def test_every_notice_says_what_it_must(case):
    said = text(case)
    needed = ["督〔2026〕1号", "2026年2月20日10:00", "联合督导组", "凤栖社区", "000-0000000"]
    needed.append("签收仅表示收到,不代表认可")
    assert [one for one in needed if one not in said] == []


def test_an_assignment_says_what_is_due_when_and_how_and_until_when_to_object():
    said = text("assigned-direct")
    assert "整改时限:2026年3月3日24:00" in said
    assert "2026年3月22日24:00前通过系统提出" in said


def test_text_of_a_finding_is_never_read_as_a_template_or_markup():
    world = World()
    world.deliver(assigned("f-1", description="{{ addressee }} <b>&amp;</b> {% raw %}"))
    assert "问题:{{ addressee }} <b>&amp;</b> {% raw %}" in world.notice(recipient="C001")["body"]


def test_a_rule_that_is_not_in_the_file_any_more_is_named_by_its_id():
    one = warned("f-1")
    one.data["because"][0]["rule"] = "gone"
    world = World()
    world.deliver(one)
    assert "“gone”" in world.notice(recipient="C001")["body"]


def test_a_name_that_is_not_there_is_an_error(tmp_path):
    (tmp_path / "a.txt.j2").write_text("{{ number }}\n\n{{ nobody }}\n", encoding="utf-8")
    with pytest.raises(UndefinedError, match="nobody"):
        JinjaNoticeWriter(tmp_path).write("a", {"number": "1"})


def test_a_template_that_cannot_be_read_stops_the_start_with_file_and_line(tmp_path):
    (tmp_path / "broken.txt.j2").write_text("subject\n\n{% if %}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"broken\.txt\.j2, line 3"):
        JinjaNoticeWriter(tmp_path)
