"""The text of every notice, word for word; a template that asks for what is not there stops the start or the notice."""

import pytest

from services.notifications.adapters.samples import load_samples
from services.notifications.adapters.templates import FOLDER as TEMPLATES
from services.notifications.adapters.templates import JinjaNoticeWriter
from services.notifications.application.facts import CountyWords
from services.notifications.application.matters import matter_of
from services.notifications.domain.notice import Text
from services.notifications.domain.policy import tellings
from shared.contracts.errors import DataFileError
from tests.unit.notifications.events import NOW, assigned, warned
from tests.unit.notifications.golden import (
    CASES,
    FOLDER,
    OF_BULLETINS,
    OF_CASES,
    OF_RECEIPTS,
    of_sample,
    text,
)
from tests.unit.notifications.world import AREAS, PHONES, RULES, TABLE, VOCABULARY, WRITER, World


@pytest.mark.parametrize("case", CASES | OF_CASES | OF_BULLETINS)
def test_a_notice_reads_as_it_was_approved(case):
    assert text(case) == (FOLDER / f"{case}.txt").read_text(encoding="utf-8")


def test_the_test_message_reads_as_it_was_approved():
    written = WRITER.write("channel_test", {})
    approved = (FOLDER / "channel-test.txt").read_text(encoding="utf-8")
    assert f"{written.subject}\n\n{written.body}" == approved


@pytest.mark.parametrize("sample", OF_RECEIPTS)
def test_what_leaves_the_house_about_receipts_reads_as_it_was_approved(sample):
    assert of_sample(sample) == (FOLDER / f"{sample}.txt").read_text(encoding="utf-8")


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


def test_what_is_tried_at_the_start_says_what_events_say():
    """Otherwise a template could be tried with facts that there never are."""
    samples = load_samples(TEMPLATES).of
    words = CountyWords(VOCABULARY, AREAS, PHONES, RULES)
    for case, (event, _) in (CASES | OF_CASES | OF_BULLETINS).items():
        matter = matter_of(event)
        assert matter is not None
        facts = words.of_event(event, NOW)
        for one in tellings(TABLE.policies, matter, NOW.date()):
            known = facts | words.of_recipient(one, matter, None)
            assert all(set(sample) == set(known) for sample in samples[one.template].values()), case


@pytest.mark.parametrize("case", OF_CASES)
def test_a_notice_of_a_case_says_nothing_of_the_finding_that_led_to_it(case):
    assert not any(word in text(case) for word in ("无人值守", "督〔2026〕1号", "凤栖"))


def test_a_notice_knows_the_version_of_its_template():
    world = World()
    world.deliver(assigned("f-1"))
    notice = world.notice(recipient="C001")
    assert (notice["template"], notice["template_version"]) == ("assigned", WRITER.version("assigned"))


HEAD = "{# version: 1; title: t #}\n"
SAMPLES = """facts:
  recipient: {addressee: a}
  finding: {number: "1", phone: null}
  case: {measure: m}
  bulletin: {title: t}
templates:
  a: {of: finding, samples: {one: {}, two: {phone: {name: n}}}}
"""


def writer(folder, samples=SAMPLES, **templates):
    (folder / "samples.yaml").write_text(samples, encoding="utf-8")
    for name, content in templates.items():
        (folder / f"{name}.txt.j2").write_text(content, encoding="utf-8")
    return JinjaNoticeWriter(folder)


def test_a_good_template_is_written_and_its_header_is_not_part_of_it(tmp_path):
    made = writer(
        tmp_path, a=HEAD + "{{ number }}\n\n{{ addressee }}{% if phone %}{{ phone.name }}{% endif %}.\n"
    )
    assert made.sample("a", "two") == Text("1", "an.\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + "s\n\n{% if %}\n", r"a\.txt\.j2, line 4"),
        (
            HEAD + "s\n\n{% if number == 'never' %}\n{{ nobody }}{% endif %}\n",
            r"a\.txt\.j2, line 5: .*nobody",
        ),
        (HEAD + "s\n\n{{ phone.name }}\n", r"a\.txt\.j2, line 4: with the sample one"),
        (HEAD + "s\n\n{{ measure }}\n", r"a\.txt\.j2, line 4: with the sample one: 'measure' is undefined"),
        (HEAD + "s\n\n{% include '_part.txt.j2' %}\n", r"_part\.txt\.j2, line 2: there is no fact other"),
        ("s\n\nbody\n", r"a\.txt\.j2, line 1: must be \{# version"),
    ],
)
def test_a_template_that_asks_for_what_is_not_there_stops_the_start_with_file_and_line(
    tmp_path, content, said
):
    part = "\n{{ other }}\n" if "_part" in content else "\n"
    with pytest.raises(DataFileError, match=said):
        writer(tmp_path, a=content, _part=part)


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (SAMPLES.replace("one: {}", "one: {colour: red}"), r"samples\.yaml: a\.one: there is no fact colour"),
        (SAMPLES.replace("  a: {of", "  b: {of"), r"samples\.yaml: the template a has no sample"),
        (SAMPLES.replace("of: finding", "of: everything"), r"samples\.yaml, line 7: templates\.a"),
    ],
)
def test_samples_that_do_not_fit_stop_the_start(tmp_path, samples, said):
    with pytest.raises(DataFileError, match=said):
        writer(tmp_path, samples, a=HEAD + "s\n\nb\n")
