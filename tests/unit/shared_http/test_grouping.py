"""Requests that share a transaction: each answered after its commit, and each by itself where the group fails."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from eventlet.event import Event
from eventlet.greenthread import GreenThread
from greenlet import GreenletExit

from shared.http import idempotency
from shared.http.answers import Answer, no_content
from shared.http.grouping import GroupCommit, Member
from shared.persistence.errors import DuplicateError, UnavailableError
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction

Work = Callable[[Transaction, Any], Answer]


class Database(MemoryDatabase):
    """One whose transactions are counted, wait for each other's turn, and fail as they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.transactions = 0
        self.failures: list[Exception] = []
        self.lost: list[Exception] = []
        self.open = Event()
        self.open.send()

    def transact(self, work: Callable[[Transaction], Any], timeout: float = 5.0) -> Any:
        self.transactions += 1
        eventlet.sleep(0)
        self.open.wait()
        if self.failures:
            raise self.failures.pop(0)
        found = super().transact(work, timeout)
        if self.lost:
            raise self.lost.pop(0)
        return found

    def close(self) -> None:
        """From now on nothing is committed until `open.send()`."""
        self.open = Event()

    def things(self) -> set[str]:
        return set(self.collections.get("things", {}))


class World:
    """Requests by their names, posted at the same time."""

    def __init__(self) -> None:
        self.database = Database()
        self.expected: list[list[str]] = []
        self.scopes: list[str] = []
        self.runs: list[str] = []
        self.in_scope: str | None = None
        app: Any = SimpleNamespace(database=self.database, unit_of_work=lambda tx: tx)
        self.group = GroupCommit(app, self.expect)

    def expect(self, _app: Any, _work: Any, requests: Sequence[Any]) -> None:
        self.expected.append(list(requests))

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        self.in_scope = name
        try:
            yield
        finally:
            self.in_scope = None

    def member(self, name: str, work: Work | None = None, slot: str | None = None) -> Member:
        def keep(tx: Transaction, _unit: Any) -> Answer:
            self.runs.append(name)
            if work is not None:
                return work(tx, _unit)
            tx.insert("things", {"_id": name})
            tx.before_commit(lambda: self.scopes.append(f"{name} in {self.in_scope}"))
            return no_content()

        request: Any = name
        return Member(request, slot, lambda: self.scope(name), keep)

    def post(self, member: Member, seconds: float = 5.0) -> GreenThread:
        """Its outcome: whether it was in the database when it was answered, or the error."""

        def ask() -> Any:
            try:
                self.group.run(member, seconds)
            except Exception as exc:  # noqa: BLE001 - the outcome that a test looks at
                return exc
            return str(member.request) in self.database.things()

        return eventlet.spawn(ask)

    def post_and_wait(self, *members: Member) -> list[GreenThread]:
        """They have come as far as they can by themselves."""
        threads = [self.post(member) for member in members]
        for _ in range(10):
            eventlet.sleep(0)
        return threads

    def all(self, *members: Member) -> list[Any]:
        return [thread.wait() for thread in [self.post(member) for member in members]]


@pytest.fixture
def world() -> World:
    return World()


def refused(tx: Transaction, _unit: Any) -> Answer:
    tx.insert("things", {"_id": "of the refused"})
    raise PermissionError("not yours")


def test_those_that_come_together_share_a_transaction_and_are_answered_after_it(world: World) -> None:
    assert world.all(*map(world.member, "abcde")) == [True] * 5
    assert world.database.transactions == 1
    assert world.expected == [list("abcde")]


def test_those_that_come_meanwhile_are_the_next_group(world: World) -> None:
    world.database.close()
    (first,) = world.post_and_wait(world.member("a"))
    later = world.post_and_wait(*map(world.member, "bcd"))
    world.database.open.send()
    assert [one.wait() for one in (first, *later)] == [True] * 4
    assert world.database.transactions == 2
    assert world.expected == [list("bcd")]
    assert world.all(world.member("e")) == [True]


def test_each_tells_what_it_does_in_its_own_name(world: World) -> None:
    world.all(*map(world.member, "ab"))
    assert world.scopes == ["a in a", "b in b"]


def test_a_refused_one_takes_back_only_what_it_wrote(world: World) -> None:
    first, second, third = world.all(world.member("a"), world.member("no", refused), world.member("b"))
    assert (first, third) == (True, True)
    assert isinstance(second, PermissionError)
    assert world.database.things() == {"a", "b"}
    assert world.database.transactions == 1


def test_a_refusal_that_cannot_be_taken_back_has_each_run_alone(world: World) -> None:
    def looks(tx: Transaction, unit: Any) -> Answer:
        tx.insert("things", {"_id": "of the refused"})
        tx.find("things", {})
        raise PermissionError("not yours")

    first, second = world.all(world.member("a"), world.member("no", looks))
    assert first is True
    assert isinstance(second, PermissionError)
    assert world.database.things() == {"a"}


def test_a_taken_key_costs_only_the_one_that_wants_it(world: World) -> None:
    world.database.collections["things"] = {"b": {"_id": "b"}}
    first, second, third = world.all(*map(world.member, "abc"))
    assert (first, third) == (True, True)
    assert isinstance(second, DuplicateError)
    assert world.database.things() == {"a", "b", "c"}


def test_a_document_that_cannot_be_kept_costs_only_its_own_request(world: World) -> None:
    def unkeepable(tx: Transaction, _unit: Any) -> Answer:
        tx.insert("things", {"_id": "x", "wrong": (n for n in range(2))})
        return no_content()

    first, second = world.all(world.member("a"), world.member("b", unkeepable))
    assert first is True
    assert isinstance(second, TypeError)


@pytest.mark.parametrize("undone", [True, False])
def test_only_what_is_known_to_be_undone_is_run_again(world: World, undone: bool) -> None:
    world.database.lost = [UnavailableError("no answer", undone=undone)]
    outcomes = world.all(*map(world.member, "ab"))
    if undone:
        assert world.runs == ["a", "b", "a", "b"]
    else:
        assert [type(one) for one in outcomes] == [UnavailableError] * 2
        assert world.runs == ["a", "b"]


def test_a_group_that_never_came_to_the_database_is_done_one_by_one(world: World) -> None:
    world.database.failures = [UnavailableError("no answer", undone=True)]
    assert world.all(*map(world.member, "ab")) == [True, True]
    assert world.database.transactions == 3


def test_one_that_has_waited_its_time_is_told_so_and_never_done(world: World) -> None:
    world.database.close()
    (first,) = world.post_and_wait(world.member("a"))
    second, third = world.post(world.member("b"), seconds=0.1), world.post(world.member("c"))
    outcome = second.wait()
    world.database.open.send()
    assert isinstance(outcome, UnavailableError)
    assert outcome.undone
    assert (first.wait(), third.wait()) == (True, True)
    assert "b" not in world.runs


def test_one_that_is_ended_while_it_waits_takes_nobody_with_it(world: World) -> None:
    world.database.close()
    (first,) = world.post_and_wait(world.member("a"))
    second, third = world.post_and_wait(world.member("b"), world.member("c"))
    second.kill()
    world.database.open.send()
    with pytest.raises(GreenletExit):
        raise second.wait()
    assert (first.wait(), third.wait()) == (True, True)
    assert "b" not in world.runs


def test_one_that_is_ended_while_its_group_gathers_hands_it_on(world: World) -> None:
    leader, other = world.post(world.member("a")), world.post(world.member("b"))
    eventlet.sleep(0)
    leader.kill()
    assert other.wait() is True
    assert world.runs == ["b"]


def test_whoever_is_ended_with_its_group_leaves_nobody_waiting(world: World) -> None:
    world.database.close()
    leader, other = world.post_and_wait(world.member("a"), world.member("b"))
    leader.kill()
    world.database.open.send()
    assert isinstance(other.wait(), UnavailableError)
    assert world.all(world.member("c")) == [True]


def test_repeats_are_not_expected_and_get_the_first_answer(world: World) -> None:
    world.database.collections[idempotency.COLLECTION] = {"slot": {"_id": "slot"}}
    members = [
        world.member("a", lambda tx, _unit: no_content(), slot="slot"),
        world.member("b", slot="new"),
        world.member("c"),
    ]
    assert world.all(*members) == [False, True, True]
    assert world.expected == [["b", "c"]]
