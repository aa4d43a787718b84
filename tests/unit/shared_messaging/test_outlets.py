"""The threads that send: one for each channel, woken together; none of them ends or waits because of another."""

import threading
from datetime import UTC, datetime

import pytest

from shared.messaging.outlets import Outlet, _look

NOW = datetime(2026, 2, 25, 2, 0, tzinfo=UTC)
PATIENCE = 30


class Post:
    """What is sent: `stuck` waits until it is let go, `broken` fails once."""

    def __init__(self):
        self.free, self.calls = threading.Event(), {}
        self.sent = {name: threading.Event() for name in ("stuck", "broken", "well")}

    def send(self, channel):
        self.calls[channel] = self.calls.get(channel, 0) + 1
        if channel == "stuck":
            self.free.wait(PATIENCE)
        if channel == "broken" and self.calls[channel] == 1:
            raise RuntimeError("nobody expected this")
        self.sent[channel].set()


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def outlets(post):
    made = [Outlet(channel, post.send) for channel in post.sent]
    threads = [threading.Thread(target=one.run, daemon=True) for one in made]
    for thread in threads:
        thread.start()
    yield made
    post.free.set()
    for one, thread in zip(made, threads, strict=True):
        one.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def look(outlets, has_due=True):
    return _look(lambda: has_due, outlets, NOW)


def test_one_that_hangs_holds_up_no_other(post, outlets):
    assert look(outlets) is False
    assert post.sent["well"].wait(PATIENCE)
    assert not post.sent["stuck"].is_set()


def test_one_that_fails_is_there_at_the_next_call(post, outlets):
    look(outlets)
    assert post.sent["well"].wait(PATIENCE)
    while not post.sent["broken"].wait(0.01):
        look(outlets)
    assert post.calls["broken"] >= 2


def test_nobody_is_woken_while_nothing_is_due(post):
    sleepers = [Outlet("well", post.send)]
    look(sleepers, has_due=False)
    assert not sleepers[0]._wanted.is_set()
    look(sleepers)
    assert sleepers[0]._wanted.is_set()
