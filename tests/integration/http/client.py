"""What the attacks are made with: the fake service as a process, raw sockets, tokens good and bad."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import jwt

KEY = "a-key-made-up-for-the-tests-of-http"
ROOT = Path(__file__).parents[3]


def token(role="supervisor", sub="u1", area="990100", key=KEY, algorithm="HS256", **claims):
    now = int(time.time())
    payload = {
        "sub": sub,
        "role": role,
        "area": area,
        "iat": now,
        "exp": now + 600,
        "iss": "duze",
        "aud": "duze",
    }
    payload |= claims
    return jwt.encode({name: value for name, value in payload.items() if value is not None}, key, algorithm)


def bearer(*args, **kwargs):
    return {"Authorization": f"Bearer {token(*args, **kwargs)}"}


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes = b""

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Service:
    """The fake service in a process of its own."""

    env: dict[str, str] = field(default_factory=dict)
    files: int | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] = field(init=False)
    log: Path = field(init=False)

    def launch(self, folder: Path) -> None:
        self.log = folder / f"fake-{self.port}.log"
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUZE_")},
            "DUZE_JWT_KEY": KEY,
            "DUZE_FINDINGS_PORT": str(self.port),
            "DUZE_FINDINGS_WORKER_PORT": str(self.port),
            "DUZE_FINDINGS_MONGO_URI": "memory",
            **self.env,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.integration.http.fake_service"],
                cwd=ROOT, env=env, stdout=log, stderr=log,
                preexec_fn=self._limit,  # noqa: PLW1509 - a limit of the child alone; no other thread runs here
            )  # fmt: skip

    def start(self, folder: Path) -> "Service":
        self.launch(folder)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if self.get("/livez").status == 200:
                    return self
            except OSError:
                time.sleep(0.1)  # between two looks, bounded by `until`
        raise AssertionError(f"the service did not start: {self.log.read_text()}")

    def _limit(self):
        if self.files is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def alive(self):
        return self.process.poll() is None and self.get("/livez").status == 200

    def end(self, number=signal.SIGTERM, patience=25):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(patience)

    def connect(self, timeout=15):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def get(self, path, headers=None, method="GET", timeout=15):
        return self.request(method, path, headers=headers, timeout=timeout)

    def post(self, path, body=b"", headers=None, content_type="application/json", timeout=30):
        if not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        sent = {"Content-Type": content_type} if content_type else {}
        return self.request("POST", path, body, sent | (bearer() if headers is None else headers), timeout)

    def request(self, method, path, body=None, headers=None, timeout=15):
        """One request over a connection of its own; the body's length is announced."""
        lines = [f"{method} {path} HTTP/1.1", "Host: test", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""), timeout)

    def raw(self, sent: bytes, timeout=15):
        """Send bytes as they are, and read one answer."""
        with self.connect(timeout) as sock:
            sock.sendall(sent)
            return read_answer(sock)

    def log_lines(self):
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


def read_answer(sock):
    stream = sock.makefile("rb")
    line = stream.readline()
    if not line:
        return None
    status = int(line.split()[1])
    raw, headers = line, {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        raw += line
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    if "content-length" in headers:
        body = stream.read(int(headers["content-length"])) if status != 204 else b""
    else:
        body = b""
    return Answer(status, headers, body, raw)
