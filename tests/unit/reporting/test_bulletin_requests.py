"""Requests about bulletins: whatever is in the place of an exclusion is refused by its field."""

from typing import Any

import pytest
from marshmallow import ValidationError

from services.reporting.entrypoints.bulletin_schemas import EditBulletinRequest

GOOD = {"id": "f1", "reason": "重复"}


@pytest.mark.parametrize("one", [{"$ne": 1}, [[]], "f1", 1, {"id": 5, "reason": "x"}, {"reason": "x"}])
def test_what_is_no_exclusion_is_refused_by_its_place(one: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        EditBulletinRequest().load({"exclude": [GOOD, one]})
    assert list(refused.value.normalized_messages()["exclude"]) == [1]


def test_a_finding_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="twice"):
        EditBulletinRequest().load({"exclude": [GOOD, GOOD]})
