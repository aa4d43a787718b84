"""More clients than there is room for: they are refused or wait, and the service lives."""

import resource
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from tests.integration.http.client import Service, bearer


def flood(stack, service, count, sent=b""):
    opened = []
    for _ in range(count):
        sock = socket.socket()
        sock.settimeout(1)
        stack.callback(sock.close)
        try:
            sock.connect(("127.0.0.1", service.port))
            sock.sendall(sent)
            opened.append(sock)
        except OSError:
            continue
    return opened


def open_files(process):
    return len(list((Path("/proc") / str(process.pid) / "fd").iterdir()))


def test_a_flood_of_idle_clients_beyond_the_file_limit_is_survived(start):
    service = start(files=128)
    with ExitStack() as stack:
        flood(stack, service, 200)
        assert service.get("/livez", timeout=20).status == 200
        assert open_files(service.process) < 128
    assert service.alive()


def test_running_out_of_file_descriptors_is_survived(start):
    # The cap on connections normally keeps below the limit: lower the limit under a running service.
    service = start()
    used = open_files(service.process)
    resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (used + 4, used + 4))
    with ExitStack() as stack:
        flood(stack, service, 30, b"GET /livez HTTP/1.1\r\n")
        time.sleep(0.5)  # the server meets the refused connections; nothing outside tells when it has
        assert service.process.poll() is None
        assert service.get("/livez", timeout=20).status == 200
    assert service.alive()
    assert any(line["event"] == "accept failed" for line in service.log_lines())


def test_slowloris_at_the_connection_limit_gives_way_to_a_real_request(start):
    service = start(DUZE_MAX_CONNECTIONS="20")
    with ExitStack() as stack:
        flood(stack, service, 60, b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        began = time.monotonic()
        assert service.get("/livez", timeout=30).status == 200
        assert time.monotonic() - began < 15
    assert service.alive()


def test_a_rate_limited_caller_hears_when_to_come_back_and_others_are_served(start):
    service = start(DUZE_RATE_PER_MINUTE="5")
    answers = [service.get("/things", bearer(sub="greedy")) for _ in range(7)]
    assert [a.status for a in answers] == [200] * 5 + [429] * 2
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json["code"] == "rate_limited"
    assert service.get("/things", bearer(sub="modest")).status == 200
    assert service.get("/livez").status == 200


def test_a_second_process_on_the_same_port_does_not_share_it(start, tmp_path):
    first = start()
    second = Service(port=first.port)
    second.launch(tmp_path)
    assert second.process.wait(20) != 0
    assert "Address already in use" in second.log.read_text() or "OSError" in second.log.read_text()
    assert first.alive()


def test_sigterm_lets_a_request_in_hand_be_answered(start):
    service = start()
    heard = []
    client = threading.Thread(
        target=lambda: heard.append(service.post("/things", {"name": "slow", "area": "990100001"}))
    )
    client.start()
    time.sleep(0.7)  # the request is in its slow handler by now
    assert service.end() == 0
    client.join(10)
    assert heard[0].status == 201
