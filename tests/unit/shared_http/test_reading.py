"""JSON, schemas and fields from outside."""

import json
import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from shared.contracts.areas import Area, Areas
from shared.contracts.vocabulary import Vocabulary
from shared.http import jsonbody, validation
from shared.http.answers import encode, ok
from shared.http.fields import AreaCode, Code, Day, Moment, text
from shared.http.problems import Problem

COUNTY = validation.County(
    Vocabulary({"severity": {"minor": "轻微"}, "category": {f"c{n}": f"第{n}类" for n in range(13)}}),
    Areas({"990100": Area("990100", "示范县", "county", None)}),
)
KEEPABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(KEEPABLE, st.booleans())
def test_whatever_can_be_kept_is_read_as_it_was_sent(value, ascii_only):
    assert jsonbody.parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_problem(body):
    try:
        jsonbody.parse(body)
    except Problem as problem:
        assert problem.status in (400, 422)  # noqa: PT017 - other inputs are read without an error


def test_many_brackets_beside_each_other_are_not_depth():
    flat = {"list": [[] for _ in range(500)], "text": "[" * 500, "quoted": '\\"[' * 100}
    assert jsonbody.parse(json.dumps(flat).encode()) == flat


def test_a_text_that_nothing_closes_is_looked_through_once():
    body = b"[]" * 70 + b'"' + b'\\"' * 200_000
    began = time.process_time()
    with pytest.raises(Problem):
        jsonbody.parse(body)
    assert time.process_time() - began < 2, "it took hours when each of its quotes began a search to the end"


@pytest.mark.parametrize("mark", ["\u202a", "\u202e", "\u2066", "\u2069"])
@pytest.mark.parametrize("escaped", [True, False])
def test_marks_that_turn_the_direction_of_writing_are_refused(mark, escaped):
    body = json.dumps({"description": f"试{mark}某同志"}, ensure_ascii=escaped).encode()
    with pytest.raises(Problem) as caught:
        jsonbody.parse(body)
    assert caught.value.errors == {"description": ["contains characters that cannot be kept"]}


def test_other_characters_of_their_blocks_are_kept():
    said = {"description": "督‐导—“组”…⁠整改"}
    assert jsonbody.parse(json.dumps(said, ensure_ascii=False).encode()) == said


def test_the_place_of_what_cannot_be_kept_is_named():
    with pytest.raises(Problem) as caught:
        jsonbody.parse(b'{"a": [{"b": "x\\u0000"}]}')
    assert caught.value.errors == {"a.0.b": ["contains characters that cannot be kept"]}


class Place(Schema):
    name = text(5, required=True)


class Sample(Schema):
    code = Code("severity")
    area = AreaCode()
    at = Moment()
    on = Day()
    place = fields.Nested(Place)
    places = fields.List(fields.Nested(Place))
    table = fields.Dict(keys=fields.String(), values=fields.Integer())


def errors(value):
    with validation.of_county(COUNTY):
        return validation.load(Sample, value)[1]


def test_messages_stand_under_the_path_of_their_field():
    found = errors(
        {"place": {"name": "123456"}, "places": [{"name": "a"}, {"nom": "b"}], "table": {"x": "y"}, "z": 1}
    )
    assert set(found) == {"place.name", "places.1.name", "places.1.nom", "table.x.value", "z"}


def test_a_body_that_is_no_object_is_told_under_body():
    assert set(errors([])) == {"body"}


@pytest.mark.parametrize("value", ["huge", "", 5, None])
def test_a_code_must_be_one_of_the_vocabulary(value):
    assert "code" in errors({"code": value})


def test_a_wrong_code_is_answered_with_the_codes_there_are_or_where_they_are():
    class Both(Schema):
        severity = Code("severity")
        category = Code("category")

    with validation.of_county(COUNTY):
        found = validation.load(Both, {"severity": "general", "category": "general"})[1]
    assert found["severity"] == ["not a code of severity: one of minor"]
    assert found["category"] == ["not a code of category: GET /vocabulary lists them"]


@pytest.mark.parametrize("value", ["990101", "9901", "99010000000", "９９０１００", 990100])
def test_an_area_must_be_one_of_the_county(value):
    assert "area" in errors({"area": value})


def test_without_a_county_codes_are_only_texts():
    assert validation.load(Sample, {"code": "anything", "area": "123456"}) == (
        {"code": "anything", "area": "123456"},
        {},
    )


@pytest.mark.parametrize(
    ("sent", "loaded"),
    [
        ("2026-02-11T14:00:00+08:00", datetime(2026, 2, 11, 6, tzinfo=UTC)),
        ("2026-02-11t06:00:00.123456789z", datetime(2026, 2, 11, 6, 0, 0, 123000, tzinfo=UTC)),
        ("2026-02-11 06:00:00Z", datetime(2026, 2, 11, 6, tzinfo=UTC)),
    ],
)
def test_a_time_is_kept_in_utc_and_milliseconds(sent, loaded):
    assert validation.load(Sample, {"at": sent}) == ({"at": loaded}, {})


@pytest.mark.parametrize(
    "sent",
    ["2026-02-11T14:00:00", "2026-02-11", "2026-02-30T14:00:00Z", "2026-02-11T25:00:00Z", "0001-01-01T00:00:00+08:00",
     "20260211T140000Z", "now", 1770789600, "1948-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "２０２６-02-11T14:00:00Z"],
)  # fmt: skip
def test_anything_else_is_no_time(sent):
    assert "at" in errors({"at": sent})


def test_days_are_days():
    assert validation.load(Sample, {"on": "2026-02-28"})[0] == {"on": date(2026, 2, 28)}
    for sent in (
        "2026-02-29",
        "2026-2-8",
        "20260228",
        5,
        "0001-01-01",
        "1948-12-31",
        "2200-01-01",
        "9999-12-31",
    ):
        assert "on" in errors({"on": sent})


def test_a_text_of_blanks_is_empty():
    with pytest.raises(ValidationError):
        text(10, required=True).deserialize(" \u3000 ")


def test_an_answer_has_utf8_offsets_and_no_nan():
    naive = datetime(2026, 2, 11, 6)  # noqa: DTZ001 - as a driver without time zones would give it
    assert encode({"at": naive, "on": date(2026, 2, 11), "zh": "督"}) == (
        '{"at":"2026-02-11T14:00:00+08:00","on":"2026-02-11","zh":"督"}\n'.encode()
    )
    old = datetime(1960, 1, 1, tzinfo=UTC)
    assert encode({"at": old}) == b'{"at":"1960-01-01T08:00:00+08:00"}\n'
    with pytest.raises(ValueError):
        encode({"x": float("nan")})
    assert ok({"version": 3}).headers == {"ETag": '"3"'}
    assert ok([1]).headers == {}
