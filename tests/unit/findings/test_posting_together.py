"""Several postings of one transaction, each by itself: as if they came one after the other, in fewer questions."""

from collections import Counter
from typing import Any

import pytest

from services.findings.adapters.collections import FINDINGS
from services.findings.application import commands
from services.findings.domain.errors import FindingsError, SourceRefConflictError
from services.findings.domain.facts import Facts, Place
from shared.contracts.claims import Claims
from shared.persistence.memory import MemoryTransaction
from tests.unit.findings.world import NOW, OTHER_TEAM, TEAM, TOWNSHIP, VILLAGE, World


def posting(by: Claims = TEAM, **told: Any) -> commands.PostFinding:
    values: dict[str, Any] = {
        "team": "T05", "method": "inspection", "found_at": NOW, "area": VILLAGE,
        "place": Place("东门", "checkpoint"), "category": "access_control", "severity": "moderate",
        "description": "东门没有人值守", "units": (TOWNSHIP,),
    }  # fmt: skip
    return commands.PostFinding(Facts(**values | told), (), by)


def together(world: World, *postings: commands.PostFinding) -> list[Any]:
    """Answer and newness of each, or its refusal."""

    def act(work: Any) -> list[Any]:
        world.do.expect_posts(work, postings)
        found: list[Any] = []
        for one in postings:
            try:
                found.append(world.do.post_finding(work, one))
            except FindingsError as refusal:
                found.append(refusal)
        return found

    return list(world.work(act))


@pytest.fixture
def world() -> World:
    return World()


def test_numbers_follow_each_other_and_a_refused_one_takes_none(world: World) -> None:
    first, refused, repeated, second = together(
        world, posting(source_ref="a"), posting(by=OTHER_TEAM), posting(source_ref="a"), posting()
    )
    assert isinstance(refused, FindingsError)
    assert (repeated[0]["id"], repeated[1]) == (first[0]["id"], False)
    assert [one[0]["number"].partition("〕")[2] for one in (first, second)] == ["1号", "2号"]
    assert world.post()["number"].endswith("〕3号")


def test_another_content_under_a_source_ref_of_the_same_group_is_refused(world: World) -> None:
    first, other = together(world, posting(source_ref="a"), posting(source_ref="a", description="另一个"))
    assert first[1]
    assert isinstance(other, SourceRefConflictError)


def test_a_source_ref_of_one_that_was_taken_back_is_free(world: World) -> None:
    def act(work: Any) -> Any:
        one = posting(source_ref="a")
        world.do.expect_posts(work, [one, one])
        tx = work.findings._tx
        back = tx.savepoint()
        world.do.post_finding(work, one)
        assert back()
        return world.do.post_finding(work, one)

    answer, new = world.work(act)
    assert new
    assert list(world.database.collections[FINDINGS]) == [answer["id"]]


def test_what_was_there_before_is_suggested_to_each(world: World) -> None:
    before = world.post()
    assert [one[0]["similar"] for one in together(world, posting(), posting())] == [[before["id"]]] * 2


def test_the_questions_of_a_group_are_those_of_one_posting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    query = MemoryTransaction._query

    def counted(self: MemoryTransaction, collection: str, *rest: Any) -> Any:
        asked[collection] += 1
        return query(self, collection, *rest)

    monkeypatch.setattr(MemoryTransaction, "_query", counted)
    together(world, *(posting(source_ref=str(n)) for n in range(10)))
    assert asked == {FINDINGS: 1}
