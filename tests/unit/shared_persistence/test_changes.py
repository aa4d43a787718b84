"""What a changed document has the database write: just what differs, and all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.persistence.changes import Change, difference
from shared.persistence.memory import MemoryDatabase
from shared.persistence.transaction import Transaction

NAMES = st.sampled_from(["a", "b", "c", "d.e", "$f", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, "", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3)


def kept(*states: dict[str, object]) -> dict[str, object]:
    """What a database holds after the document was in each of `states`, each written in a transaction of its own."""
    database = MemoryDatabase()
    for state in states:

        def work(tx: Transaction, state: dict[str, object] = state) -> None:
            tx.get("things", "x")
            tx.replace("things", {"_id": "x", **state})

        database.transact(work)
    return database.collections["things"]["x"]


def typed(value: object) -> object:
    """Told apart as the database does: 1, 1.0 and True are three."""
    if isinstance(value, dict):
        return {name: typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return type(value).__name__, value


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_the_changes_make_the_document_what_it_was_meant_to_be(
    first: dict[str, object], second: dict[str, object], third: dict[str, object]
) -> None:
    assert typed(kept(first, second, third)) == typed({"_id": "x", **third})


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"n": 1}, {"n": 1}, Change("x")),
        ({"n": 1}, {"n": 2}, Change("x", {"n": 2})),
        ({"n": 1}, {"n": True}, Change("x", {"n": True})),
        ({"n": 1}, {}, Change("x", {}, ["n"])),
        ({"in": {"a": 1, "b": 2}}, {"in": {"a": 1, "b": 3}}, Change("x", {"in.b": 3})),
        ({"in": {"a": 1, "b": 2}}, {"in": {"a": 1}}, Change("x", {}, ["in.b"])),
        ({"in": {"a": 1}}, {"in": {}}, Change("x", {"in": {}})),
        ({"in": {}}, {"in": {"a": 1}}, Change("x", {"in": {"a": 1}})),
        ({"in": {"a.b": 1}}, {"in": {"a.b": 2}}, Change("x", {"in": {"a.b": 2}})),
        ({"in": {"a": {"b": 1}}}, {"in": {"a": {"b": 2}}}, Change("x", {"in.a": {"b": 2}})),
        ({"l": [1, {"a": 1}]}, {"l": [1, {"a": 1.0}]}, Change("x", {"l": [1, {"a": 1.0}]})),
    ],
)
def test_a_field_or_a_field_of_a_field_is_written(
    before: dict[str, object], after: dict[str, object], change: Change
) -> None:
    assert difference({"_id": "x", **before}, {"_id": "x", **after}) == change


def test_what_is_the_same_is_not_written() -> None:
    assert not difference({"_id": "x", "n": 1}, {"_id": "x", "n": 1})
    assert Change("x", {"n": 2}, ["m"]).statement() == {"$set": {"n": 2}, "$unset": {"m": ""}}
