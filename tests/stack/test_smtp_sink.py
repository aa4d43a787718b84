"""What the mail sink answers 250 to is on disk, whole."""

import email
import email.policy
import json
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from deploy.local import processes
from deploy.local.settings import ROOT
from tests.support.eventually import eventually
from tests.support.free_ports import free_port
from tests.support.stack import clean_environment


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path, int]]:
    port = free_port()
    environ = clean_environment() | {"DUZE_RUN_DIR": str(tmp_path), "DUZE_SMTP_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "deploy.local.smtp_sink"], cwd=ROOT, env=environ)
    try:
        eventually(lambda: smtplib.SMTP("127.0.0.1", port, timeout=5).quit())
        yield port, tmp_path / "mail", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_each_message_is_one_file_with_its_recipients(sink: tuple[int, Path, int]) -> None:
    port, folder, _ = sink
    message = EmailMessage()
    message["Subject"], message["From"] = "督〔2026〕1号", "duze@localhost"
    message.set_content("请于三日内签收\n.\n..end\n" * 2000)
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        for number in range(3):
            client.send_message(message, to_addrs=[f"c{number}@example.org", "copy@example.org"])
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    read = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "督〔2026〕1号"
    assert read.get_all("X-Envelope-To") == ["c0@example.org", "copy@example.org"]
    assert read.get_content().splitlines()[-3:] == ["请于三日内签收", ".", "..end"]


@pytest.mark.parametrize(
    ("mood", "answer", "filed"),
    [
        ("refuse", 550, 0),
        ("later", 451, 0),
        ("drop", None, 0),
        ("full", 452, 1),
        ("spam", 554, 1),
        ("cut", None, 1),
    ],
)
def test_a_mood_makes_it_fail_as_a_real_one_does(
    sink: tuple[int, Path, int], mood: str, answer: int | None, filed: int
) -> None:
    port, folder, _ = sink
    moods = folder.parent / "channels"
    moods.mkdir()
    (moods / ".moods").write_text(json.dumps({"email": mood}), encoding="utf-8")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client, pytest.raises(smtplib.SMTPException) as caught:
        client.sendmail("duze@localhost", ["c1@example.org"], b"Subject: s\r\n\r\ntext\r\n")
    said = caught.value
    code = said.smtp_code if isinstance(said, smtplib.SMTPDataError) else None
    if isinstance(said, smtplib.SMTPRecipientsRefused):
        code = said.recipients["c1@example.org"][0]
    assert (code, len(list(folder.glob("*.eml")))) == (answer, filed)


def test_it_listens_on_loopback_alone(sink: tuple[int, Path, int]) -> None:
    port, _, pid = sink
    assert [(address, number) for address, number, _ in processes.listening(pid)] == [("127.0.0.1", port)]
