"""The story's case is taken up where a story before broke off."""

from typing import Any

import pytest

from deploy.demo import story_case
from deploy.demo.stack import Stack

NEXT = {"verify": "verifying", "propose": "proposed", "approve": "approved"}


class Answer:
    def __init__(self, body: Any) -> None:
        self._body = body

    def json(self) -> Any:
        return self._body


class FakeStack(Stack):
    """A case of two people that refuses a move from the wrong status, as the service does."""

    def __init__(self, status: str, without: list[str]) -> None:
        self.case: dict[str, Any] = {"id": "c-1", "status": status, "without_disposition": without}
        self.sent: list[str] = []

    def send(self, method: str, service: str, path: str, who: Any, **rest: Any) -> Any:
        move = path.rpartition("/")[2]
        if path == "/measures/check":
            return Answer({"verdict": "allow"})
        self.sent.append(move)
        if move in NEXT:
            order = ["opened", *NEXT.values()]
            assert order.index(NEXT[move]) == order.index(self.case["status"]) + 1, "an open move"
            self.case = {**self.case, "status": NEXT[move]}
        return Answer(self.case)

    def items(self, service: str, path: str, who: Any, **params: Any) -> Any:
        assert params["cadre"] == "C1"
        yield {"id": "m-1", "cadre": "C1"}

    def curl(self, *args: Any, **rest: Any) -> str:
        return "curl"


@pytest.mark.parametrize(
    ("status", "without", "moves"),
    [
        ("opened", ["C1", "C2"], ["verify", "C1", "C2", "propose", "approve"]),
        ("verifying", ["C2"], ["C2", "propose", "approve"]),
        ("proposed", [], ["approve"]),
        ("approved", [], []),
        ("serving", [], []),
    ],
)
def test_only_what_is_still_to_be_done_is_done(status: str, without: list[str], moves: list[str]) -> None:
    stack = FakeStack(status, without)
    decided = story_case.decide(stack, stack.case, "C1")
    assert (stack.sent, decided.measure["id"]) == (moves, "m-1")
