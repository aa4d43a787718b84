"""Telephone numbers, addresses and identity numbers do not travel in events; everything else does, untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import personal
from shared.persistence.ids import new_id


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("值班电话13800001234,无人接听", "值班电话138****1234,无人接听"),
        ("电话 138-0000-1234", "电话 138****1234"),
        ("电话-13800001234", "电话-138****1234"),
        ("座机0719-1234567", "座机0719-****"),
        ("发到 li.moumou@example.com 未回", "发到 *** 未回"),
        ("证件11010519491231002X。", "证件******************。"),
    ],
)
def test_what_is_personal_is_masked_wherever_it_stands(typed: str, told: str) -> None:
    assert personal.may_be_in(typed.encode())
    assert personal.masked({"a": [{"b": typed}]}) == {"a": [{"b": told}]}


@pytest.mark.parametrize(
    "typed",
    ["督〔2026〕43号", "990100002001", "2026-02-11T14:00:00+08:00", "共138000012345份", "a" * 64, "8@路口"],
)
def test_other_numbers_stay(typed: str) -> None:
    assert personal.masked(typed) == typed


def test_names_of_papers_stay_so_that_they_are_found_again() -> None:
    assert personal.masked({"source_ref": "13800001234"}) == {"source_ref": "13800001234"}


@given(st.uuids())
def test_no_id_is_taken_for_a_number(one: object) -> None:
    assert personal.masked(str(one)) == str(one)
    assert personal.masked(new_id()).count("*") == 0


@given(st.text("0123456789 -@.ax\u7535X", max_size=60))
def test_a_text_never_grows_and_is_masked_once(text: str) -> None:
    once = personal.masked(text)
    assert len(once) <= len(text)
    assert personal.masked(once) == once
    assert once == text or personal.may_be_in(text.encode())
