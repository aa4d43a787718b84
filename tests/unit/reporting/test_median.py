"""The median out of sorted runs is that of all values together."""

from array import array
from statistics import median as plain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.median import median

values = st.one_of(st.integers(0, 4).map(float), st.floats(0, 1e9))
runs_of_values = st.lists(st.lists(values, max_size=6).map(sorted), max_size=8)


def test_of_nothing_there_is_none():
    assert median([]) is None
    assert median([[], []]) is None


@given(runs_of_values.filter(any))
def test_it_is_that_of_all_values_together(runs: list[list[float]]):
    assert median(runs) == plain(value for run in runs for value in run)


def test_many_long_runs_are_not_put_together():
    looked: Any = set()

    class Run(array):  # type: ignore[type-arg]
        def __getitem__(self, place: Any) -> Any:
            looked.add((id(self), place))
            return super().__getitem__(place)

    runs = [Run("d", (float(n * 97 + start) for n in range(2_000))) for start in range(50)]
    assert median(runs) == plain(n * 97 + start for n in range(2_000) for start in range(50))
    assert len(looked) < 100_000 / 10
