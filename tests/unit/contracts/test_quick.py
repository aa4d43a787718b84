"""Quick checks never say yes where marshmallow says no, and say yes to what is plainly valid."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import INCLUDE, Schema, fields, pre_load, validate

from shared.contracts import registry
from shared.contracts.fields import Change, EventSchema, key, moment
from shared.contracts.quick import compiled
from tests.integration.messaging.events import finding

SAMPLES = Path(__file__).parents[2] / "contract" / "samples"


def samples() -> dict[str, dict[str, Any]]:
    found = {path.stem: json.loads(path.read_text())["data"] for path in sorted(SAMPLES.glob("*.json"))}
    return {**found, "finding.posted.v1": finding("f1")}


VALID = samples()
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=120), st.just({}), st.just([]),
    st.just([None]), st.just([1]), st.just({"move": 1}), st.just("2026-02-31T00:00:00Z"), st.just("true"),
)  # fmt: skip


class Odd(EventSchema):
    """Every kind of field and validator that a contract may use."""

    name = key()
    maybe = key(required=False, none=True)
    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=9))
    day = fields.String(validate=validate.Regexp(r"^\d{4}$"))
    exact = fields.String(validate=validate.Length(equal=3))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    at = moment(required=False)
    changes = fields.List(fields.Nested(Change))
    change = fields.Nested(Change)
    raw = fields.Raw()
    more = fields.Dict()
    yes = fields.Boolean()
    other = fields.String(data_key="else")


def schema_of(type: str) -> Any:
    """The schema of a sample: its name is the type or, where several services say it, `<type>.<service>` for a later
    one."""
    said, _, source = type.rpartition(".")
    if (source, said) in registry.SAID:
        return registry.SAID[source, said]
    return registry.SAID[registry.sources(type)[0], type]


@pytest.mark.parametrize("type", VALID)
def test_a_valid_sample_needs_no_marshmallow(type: str) -> None:
    assert compiled(schema_of(type)())(VALID[type])


@pytest.mark.parametrize("said", sorted(registry.SAID))
def test_every_contract_can_be_compiled(said: tuple[str, str]) -> None:
    # A contract that cannot is judged by marshmallow alone, at ten times the price.
    assert compiled(registry.SAID[said]()).__name__ == "check"


@settings(deadline=None)
@given(st.sampled_from(sorted(VALID)), st.data())
def test_what_is_certain_here_is_valid_there_whatever_was_changed(type: str, data: st.DataObject) -> None:
    schema = schema_of(type)()
    changed = dict(VALID[type])
    for name in data.draw(st.lists(st.sampled_from(sorted(schema.fields)), max_size=3)):
        if data.draw(st.booleans()):
            changed.pop(name, None)
        else:
            changed[name] = data.draw(JUNK)
    if compiled(schema)(changed):
        assert schema.validate(changed) == {}


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*Odd().fields, "else", "unknown"), JUNK)))
def test_every_kind_of_field_is_judged_no_more_mildly(value: dict[str, Any]) -> None:
    if compiled(Odd())(value):
        assert Odd().validate(value) == {}


ODD = {
    "name": "n",
    "number": 9,
    "maybe": None,
    "day": "2026",
    "exact": "abc",
    "kind": "a",
    "yes": True,
    "else": "x",
}
CHANGE = {"move": "m", "at": "2026-02-03T00:00:00+08:00"}


@pytest.mark.parametrize(
    ("changes", "certain"),
    [
        ({}, True),
        ({"unknown": object()}, True),
        ({"changes": [CHANGE], "change": CHANGE, "raw": 0, "more": {}}, True),
        ({"number": 10}, False),
        ({"number": True}, False),
        ({"number": 1.0}, False),
        ({"name": ""}, False),
        ({"name": "x" * 101}, False),
        ({"name": None}, False),
        ({"day": "26"}, False),
        ({"exact": "ab"}, False),
        ({"kind": "c"}, False),
        ({"kind": []}, False),
        ({"at": "2026-02-03T00:00:00"}, False),
        ({"changes": [CHANGE, {}]}, False),
        ({"change": [CHANGE]}, False),
        ({"raw": None}, False),
        ({"more": []}, False),
        ({"yes": 1}, False),
        ({"else": 5}, False),
    ],
)
def test_what_is_certain(changes: dict[str, Any], certain: bool) -> None:
    assert compiled(Odd())({**ODD, **changes}) is certain


def test_what_cannot_be_compiled_is_left_to_marshmallow() -> None:
    class Hooked(EventSchema):
        name = key()

        @pre_load
        def turn(self, data: Any, **_: Any) -> Any:
            return data

    class Lax(EventSchema):
        number = fields.Integer()

    class Closed(Schema):
        name = key()

    class Outer(EventSchema):
        inner = fields.Nested(Closed, unknown=INCLUDE)

    class Many(EventSchema):
        changes = fields.Nested(Change, many=True)

    class Altered(EventSchema):
        name = fields.String(pre_load=[str])

    for schema, value in (
        (Hooked, {"name": "n"}), (Lax, {"number": 1}), (Closed, {"name": "n"}), (Outer, {"inner": {"name": "n"}}),
        (Many, {"changes": [CHANGE]}), (Altered, {"name": "n"}),
    ):  # fmt: skip
        assert not compiled(schema())(value)


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_what_is_no_object_is_never_certain(value: Any) -> None:
    assert not compiled(Odd())(value)
