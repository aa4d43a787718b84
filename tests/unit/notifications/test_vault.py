"""Addresses at rest: encrypted wherever they are kept, and readable after the key was changed."""

import pytest

from services.notifications.adapters.vault import AddressVault, VaultError
from services.notifications.application.commands import ImportContacts
from services.notifications.application.contacts import read_file
from services.notifications.config import from_env
from services.notifications.domain.errors import InvalidError
from shared.settings import SettingsError
from tests.unit.notifications.events import assigned, registered
from tests.unit.notifications.world import OFFICE, World, cadre

OLD, NEW = "0f" * 32, "a1" * 32
ADDRESSES = ("someone@demo.invalid", "13900001111", "wx-someone")


def a_world(keys=(OLD,)):
    world = World()
    world.vault = AddressVault(keys)
    rows = "\n".join(
        f"C001,{kind},{address}" for kind, address in zip(("email", "sms", "wecom"), ADDRESSES, strict=True)
    )
    file = read_file(f"cadre,kind,address\n{rows}\n".encode())
    world.work(lambda work: world.do.import_contacts(work, ImportContacts(file.entries, OFFICE)))
    return world


def addresses(world):
    return world.work(lambda work: tuple(one.address for one in work.contacts.get("C001").channels))


def test_no_document_holds_an_address_whatever_happens():
    world = a_world()
    world.deliver(registered("C001"), assigned("f-1"))
    world.send()
    world.sign(world.notice(recipient="C001")["_id"], by=cadre())
    kept = {name: str(list(rows.values())) for name, rows in world.database.collections.items()}
    assert {"contacts", "notices", "outbox"} <= set(kept)
    assert [(name, one) for name, text in kept.items() for one in ADDRESSES if one in text] == []
    assert [letter.address for letter in world.mail.letters] == [ADDRESSES[0]]


def test_one_address_sealed_twice_looks_different():
    vault = AddressVault([OLD])
    first, second = vault.seal("a@demo.invalid"), vault.seal("a@demo.invalid")
    assert first != second
    assert vault.open(first) == vault.open(second) == "a@demo.invalid"


def test_what_an_old_key_has_sealed_is_read_and_sealed_with_the_new_one():
    world = a_world()
    world.vault = AddressVault([NEW, OLD])
    assert addresses(world) == ADDRESSES
    assert world.work(lambda work: work.contacts.seal_anew(10)) == 1
    assert world.work(lambda work: work.contacts.seal_anew(10)) == 0
    world.vault = AddressVault([NEW])
    assert addresses(world) == ADDRESSES


def test_without_its_key_an_address_is_not_read_and_the_error_names_neither():
    world = a_world()
    world.vault = AddressVault([NEW])
    with pytest.raises(VaultError) as caught:
        addresses(world)
    assert not any(word in str(caught.value) for word in (OLD, NEW, *ADDRESSES))


def test_contacts_of_a_release_that_sealed_nothing_are_read_and_then_sealed():
    world = a_world()
    (kept,) = world.all("contacts")
    for channel, address in zip(kept["channels"], ADDRESSES, strict=True):
        channel["address"] = address
    del kept["sealed_with"]
    assert addresses(world) == ADDRESSES
    assert world.work(lambda work: work.contacts.seal_anew(10)) == 1
    assert ADDRESSES[0] not in str(world.all("contacts"))
    assert addresses(world) == ADDRESSES


@pytest.mark.parametrize("keys", [[], [""], ["short"], [OLD, "zz" * 32]])
def test_keys_that_cannot_be_used_are_refused(keys):
    with pytest.raises(VaultError):
        AddressVault(keys)


@pytest.mark.parametrize("value", [None, "", "short", f"{OLD},nothing"])
def test_the_service_does_not_start_without_keys_and_names_the_setting_alone(monkeypatch, value):
    monkeypatch.setenv("DUZE_JWT_KEY", "secret")
    monkeypatch.delenv("DUZE_NOTIFICATIONS_CONTACT_KEYS", raising=False)
    if value is not None:
        monkeypatch.setenv("DUZE_NOTIFICATIONS_CONTACT_KEYS", value)
    with pytest.raises(SettingsError, match="DUZE_NOTIFICATIONS_CONTACT_KEYS") as caught:
        from_env()
    assert OLD not in str(caught.value)


def test_several_keys_are_read_in_their_order(monkeypatch):
    monkeypatch.setenv("DUZE_JWT_KEY", "secret")
    monkeypatch.setenv("DUZE_NOTIFICATIONS_CONTACT_KEYS", f"{NEW},{OLD}")
    assert from_env().contact_keys == (NEW, OLD)


def test_a_refused_address_is_not_in_the_text_of_the_error():
    with pytest.raises(InvalidError) as caught:
        read_file(b'cadre,kind,address\n"C001,email,a@demo.invalid')
    assert "demo.invalid" not in f"{caught.value} {caught.value.errors}"
