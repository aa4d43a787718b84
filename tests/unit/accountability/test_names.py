"""Masked names: what leaves the service about a person."""

import pytest

from services.accountability.domain.names import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李建国", "李某某"),
        ("王芳", "王某"),
        ("欧阳修", "欧阳某"),
        ("欧阳建国", "欧阳某某"),
        ("欧阳", "欧某"),
        ("阿卜杜拉·买买提", "阿某某"),
        ("赵某某", "赵某某"),
        (" 冯某 ", "冯某"),
        ("李", "李某"),
    ],
)
def test_the_surname_stays_and_the_given_name_goes(name, shown):
    assert masked(name) == shown
