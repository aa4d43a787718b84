"""Who gave the lead: kept sealed, asked for with a reason, granted by another person, readable for a time."""

from dataclasses import replace

import pytest

from services.accountability.adapters.county_informants import load_reading_period
from services.accountability.adapters.informant_vault import InformantVault, VaultError
from services.accountability.adapters.todo_reads import TodoReads
from services.accountability.application.case_answers import of_case
from services.accountability.application.informants import (
    AskForInformant,
    DecideRequest,
    EnterInformant,
    Informants,
)
from services.accountability.domain.calendar import day_of
from services.accountability.domain.errors import (
    InvalidTransitionError,
    NoKeyError,
    NotGrantedError,
    RecusedError,
    SamePersonError,
    UnknownError,
)
from tests.unit.accountability.case_world import APPROVER, CaseWorld
from tests.unit.accountability.world import COMMISSION, NOW, ROOT

KEY, OTHER_KEY = "ab" * 32, "cd" * 32
NAME = "群众李某某"
READABLE = load_reading_period(ROOT / "deploy/county", day_of(NOW))


class World(CaseWorld):
    def __init__(self, *keys):
        super().__init__()
        self.informants = Informants(InformantVault(keys or [KEY]), READABLE, lambda: self.now, self._id)

    def enter(self, case, by=COMMISSION, identity=NAME):
        command = EnterInformant(case, identity, by, lambda version: None)
        return self.work(lambda work: self.informants.enter(work, command))

    def ask(self, case, by=COMMISSION):
        return self.work(lambda work: self.informants.ask(work, AskForInformant(case, "需核实线索", by)))

    def decide(self, request, result="granted", by=APPROVER):
        command = DecideRequest(request.id, result, None, by, lambda version: None)
        return self.work(lambda work: self.informants.decide(work, command))

    def read(self, case, by=COMMISSION):
        return self.work(lambda work: self.informants.read(work, case, by))


@pytest.fixture
def world():
    return World()


@pytest.fixture
def case(world):
    return world.a_case()


def test_it_is_kept_sealed_and_the_case_says_only_that_there_is_somebody(world, case):
    before = len(world.told())
    version = world.stored(case).version
    told = world.enter(case)
    assert (told.has_informant, told.version) == (True, version + 1)
    assert NAME not in str(world.database.collections)
    assert NAME not in str(of_case(told, {}))
    assert len(world.told()) == before


def test_who_is_granted_reads_it_for_a_time(world, case):
    world.enter(case)
    request = world.ask(case)
    with pytest.raises(NotGrantedError):
        world.read(case)
    assert world.decide(request).until == world.now + READABLE
    assert world.read(case)["identity"] == NAME
    with pytest.raises(NotGrantedError):
        world.read(case, replace(COMMISSION, sub="commission-2"))
    world.now += READABLE
    with pytest.raises(NotGrantedError):
        world.read(case)


def test_refused_it_stays_closed_and_is_decided_once(world, case):
    world.enter(case)
    request = world.ask(case)
    assert world.decide(request, "refused").until is None
    with pytest.raises(NotGrantedError):
        world.read(case)
    with pytest.raises(InvalidTransitionError):
        world.decide(request)


def test_nobody_grants_his_own_request(world, case):
    world.enter(case)
    request = world.ask(case)
    with pytest.raises(SamePersonError):
        world.decide(request, by=replace(APPROVER, sub="commission-1"))


def test_there_is_nothing_to_ask_for_where_nobody_is_kept(world, case):
    with pytest.raises(UnknownError):
        world.ask(case)
    with pytest.raises(UnknownError):
        world.read(case)


def test_whoever_may_not_know_of_the_case_finds_nothing(world, case):
    world.enter(case)
    request = world.ask(case)
    elsewhere = replace(COMMISSION, area="990100002")
    for move in (world.enter, world.ask, world.read):
        with pytest.raises(UnknownError):
            move(case, elsewhere)
    with pytest.raises(UnknownError):
        world.decide(request, by=replace(APPROVER, area="990100002"))


def test_the_recused_neither_enters_nor_reads_it(world, case):
    world.enter(case)

    def recuse(work):
        found = work.cases.get(case)
        found.recused = {"commission-1": "近亲属"}
        work.cases.save(found)

    world.work(recuse)
    for move in (world.enter, world.ask, world.read):
        with pytest.raises(RecusedError):
            move(case)


def test_a_later_name_takes_the_place_of_an_earlier(world, case):
    world.enter(case)
    world.enter(case, identity="群众王某某")
    world.decide(world.ask(case))
    assert world.read(case)["identity"] == "群众王某某"


def test_a_request_waits_for_an_approver(world, case):
    world.enter(case)
    world.ask(case)
    asked = world.database.transact(lambda tx: TodoReads(tx).asked())
    assert [found.id for _, found in asked] == [case]
    world.decide(asked[0][0])
    assert world.database.transact(lambda tx: TodoReads(tx).asked()) == []


def test_a_new_key_before_the_old_one_opens_what_the_old_one_sealed():
    sealed = InformantVault([OTHER_KEY]).seal(NAME)
    assert InformantVault([KEY, OTHER_KEY]).open(sealed) == NAME
    with pytest.raises(VaultError):
        InformantVault([KEY]).open(sealed)


def test_without_a_key_nobody_is_kept_and_a_bad_one_is_refused():
    with pytest.raises(NoKeyError):
        InformantVault([]).seal(NAME)
    with pytest.raises(VaultError):
        InformantVault(["short"])


def test_the_period_is_the_county_s():
    assert READABLE.total_seconds() == 24 * 3600
