"""Contacts: from the register the inbox alone; addresses come from the office and from nowhere else."""

import pytest

from services.notifications.application.commands import ImportContacts, SetContact
from services.notifications.application.contacts import MOST_ROWS, read_file, summary
from services.notifications.domain.contact import Channel
from services.notifications.domain.errors import ForbiddenError, InvalidError
from services.notifications.domain.quiet import QuietHours
from shared.contracts.claims import Claims
from tests.unit.notifications.events import COUNTY, registered
from tests.unit.notifications.world import DEMO, OFFICE, World

MAIL = Channel("email", "a@demo.invalid", True)
TOWNSHIP_OFFICE = Claims("office-2", "office", "990100002")


def put(
    world, *channels, who="C001", quiet=None, digest=None, by=OFFICE, require_version=lambda version: None
):
    command = SetContact(who, channels, quiet, digest, by, require_version)
    return world.work(lambda work: world.do.set_contact(work, command))


def bring(world, text, by=OFFICE):
    file = read_file(text.encode() if isinstance(text, str) else text)
    results = list(file.rejected)
    results += world.work(lambda work: world.do.import_contacts(work, ImportContacts(file.entries, by)))
    return summary(results)


def contact(world, who="C001"):
    """As it is kept, its addresses opened."""
    found = next(one for one in world.all("contacts") if one["_id"] == who)
    channels = [one | {"address": world.vault.open(one["address"])} for one in found["channels"]]
    return found | {"channels": channels}


def kinds(world, who="C001"):
    return [one["kind"] for one in contact(world, who)["channels"]]


def test_a_registered_cadre_has_the_inbox_alone_and_is_unreachable():
    world = World()
    world.deliver(registered("C001"))
    assert (kinds(world), contact(world)["reachable"], contact(world)["area"]) == (
        ["inbox"], False, "990100001001",
    )  # fmt: skip


def test_a_contact_may_be_imported_before_its_cadre_is_known_and_keeps_its_address():
    world = World()
    bring(world, "cadre,kind,address\nC001,email,a@demo.invalid\n")
    assert contact(world)["area"] == COUNTY
    world.deliver(registered("C001"))
    assert kinds(world) == ["inbox", "email"]
    assert (contact(world)["area"], contact(world)["reachable"]) == ("990100001001", True)


def test_an_address_entered_elsewhere_before_he_was_known_gets_no_mail_of_his():
    """A township's office that guesses the id of a coming cadre of another township would else read his mail."""
    world = World()
    bring(world, "cadre,kind,address\nC001,email,evil@demo.invalid\n", by=TOWNSHIP_OFFICE)
    world.deliver(registered("C001"))
    assert (kinds(world), contact(world)["reachable"]) == (["inbox", "email"], False)
    put(world, Channel("email", "evil@demo.invalid", True))
    assert contact(world)["reachable"]


def test_his_own_township_may_enter_him_before_he_is_known():
    world = World()
    put(world, MAIL, by=Claims("office-3", "office", "990100001"))
    world.deliver(registered("C001"))
    assert contact(world)["reachable"]


@pytest.mark.parametrize("who", ["unit:990100001", "unit:9901", "unit:990100", "office", "team:T09"])
def test_a_township_enters_no_contact_of_another_unit_or_of_the_county(who):
    world = World()
    with pytest.raises(ForbiddenError):
        put(world, MAIL, who=who, by=TOWNSHIP_OFFICE)
    assert (
        bring(world, f"cadre,kind,address\n{who},email,a@demo.invalid\n", by=TOWNSHIP_OFFICE)["rejected"] == 1
    )
    assert world.all("contacts") == []


@pytest.mark.parametrize("who", ["unit:990100002", "unit:990100002001"])
def test_a_township_enters_its_own_unit_and_its_villages(who):
    world = World()
    put(world, MAIL, who=who, by=TOWNSHIP_OFFICE)
    assert (contact(world, who)["area"], contact(world, who)["reachable"]) == (who[5:], True)


@pytest.mark.parametrize("who", ["unit:990100001", "office", "team:T09"])
def test_the_county_enters_units_teams_and_its_office(who):
    world = World()
    put(world, MAIL, who=who)
    assert contact(world, who)["reachable"]


@pytest.mark.parametrize("who", ["unit:", "unit:*", "team:", "group:x", "x:990100001", ":"])
def test_what_names_no_recipient_gets_no_contact(who):
    world = World()
    with pytest.raises(InvalidError) as caught:
        put(world, MAIL, who=who)
    assert list(caught.value.errors) == ["cadre"]
    assert bring(world, f"cadre,kind,address\n{who},email,a@demo.invalid\n")["rejected"] == 1


def test_the_register_told_twice_or_late_touches_no_channel():
    world = World()
    new = registered("C001", "赵测试", sequence=2)
    world.deliver(new)
    put(world, MAIL)
    before = contact(world)
    assert world.deliver(new, registered("C001", "赵建设", sequence=1)) == ["duplicate", "stale"]
    assert contact(world) == before
    assert world.all("names") == [{"_id": "C001", "name": "赵测试"}]


def test_the_office_enters_a_contact_whole_and_the_inbox_of_a_registered_cadre_stays():
    world = World()
    world.deliver(registered("C001"))
    answer, new = put(world, MAIL, Channel("sms", "139 0000 0000", True), quiet=QuietHours("22:00", "07:00"))
    assert (new, [one["kind"] for one in answer["channels"]]) == (False, ["inbox", "email", "sms"])
    assert answer["quiet_hours"] == {"from": "22:00", "to": "07:00"}
    put(world)
    assert kinds(world) == ["inbox"]


def test_entering_what_is_known_already_changes_nothing():
    world = World()
    assert put(world, MAIL)[1] is True
    version = contact(world)["version"]
    assert put(world, MAIL)[1] is False
    assert contact(world)["version"] == version == 1


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("email", None), ("email", ""), ("email", "nobody"), ("email", "a@b@c"), ("email", "张三@demo.invalid"),
        ("email", "a@demo.invalid\r\nBcc: b@demo.invalid"), ("email", "a@" + "d" * 260), ("sms", "call me"),
        ("webhook", "  "), ("inbox", "somewhere"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused(kind, address):
    world = World()
    with pytest.raises(InvalidError) as refused:
        put(world, Channel(kind, address, True))
    assert list(refused.value.errors) == ["channels.0.address"]
    assert world.all("contacts") == []


def test_only_a_verified_address_is_used():
    world = World()
    put(world, Channel("email", "a@demo.invalid", False))
    assert contact(world)["reachable"] is False


def test_an_office_enters_contacts_of_its_own_area_only():
    world = World()
    world.deliver(registered("C001"))
    with pytest.raises(ForbiddenError):
        put(world, MAIL, by=TOWNSHIP_OFFICE)
    answer = bring(world, "cadre,kind,address\nC001,email,a@demo.invalid\n", by=TOWNSHIP_OFFICE)
    assert (answer["rejected"], answer["results"][0]["status"]) == (1, 403)


def test_the_demo_countys_file_is_taken_whole_and_a_second_time_changes_nothing():
    content = (DEMO / "contacts.csv").read_bytes()
    world = World()
    first = bring(world, content)
    assert (first["created"], first["rejected"]) == (31, 0)
    before = world.all("contacts")
    second = bring(world, content)
    assert (second["created"], second["updated"], second["unchanged"]) == (0, 0, 31)
    assert world.all("contacts") == before


def test_imported_addresses_count_as_verified_by_the_office():
    world = World()
    bring(world, "cadre,kind,address\nC001,email,a@demo.invalid\n")
    assert contact(world)["channels"] == [
        {"kind": "email", "address": "a@demo.invalid", "verified": True, "entered_in": COUNTY}
    ]


def test_an_import_replaces_the_addresses_of_its_kind_and_leaves_the_others():
    world = World()
    put(world, MAIL, Channel("sms", "13900000000", True))
    answer = bring(world, "cadre,kind,address\nC001,email,b@demo.invalid\nC001,email,c@demo.invalid\n")
    assert answer["updated"] == 2
    found = {(one["kind"], one["address"]) for one in contact(world)["channels"]}
    assert found == {("sms", "13900000000"), ("email", "b@demo.invalid"), ("email", "c@demo.invalid")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_the_countys_offices(encoding):
    text = (
        "备注,cadre,kind,address\r\n甲,C001,email,a@demo.invalid\r\n,,,\r\n乙,C002,email,b@demo.invalid\r\n"
    )
    world = World()
    assert bring(world, text.encode(encoding))["created"] == 2


def test_bad_rows_are_explained_and_the_good_ones_kept():
    world = World()
    answer = bring(
        world,
        "cadre,kind,address\nC001,email,a@demo.invalid\n,email,b@demo.invalid\nC002,pigeon,x\nC003,email,nobody\n",
    )
    assert (answer["created"], answer["rejected"]) == (1, 3)
    assert [(one["line"], list(one.get("errors", {}))) for one in answer["results"]] == [
        (2, []), (3, ["cadre"]), (4, ["kind"]), (5, ["address"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00c", b"name,kind\nC001,email\n", b'cadre,kind,address\n"C001,email',
        b"cadre,kind,address\n" + b"C001,inbox,\n" * (MOST_ROWS + 1),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused_whole(content):
    with pytest.raises(InvalidError):
        read_file(content)


def test_a_stale_version_is_asked_about():
    class MismatchError(Exception):
        pass

    def require(version):
        if version != 7:
            raise MismatchError

    world = World()
    put(world, MAIL)
    with pytest.raises(MismatchError):
        put(world, require_version=require)
    assert kinds(world) == ["email"]
