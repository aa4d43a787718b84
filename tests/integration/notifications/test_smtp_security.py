"""Mail over TLS, and by name: to a server whose certificate is trusted, else not at all."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notifications.adapters.smtp import SmtpNoticeSender, SmtpServer
from services.notifications.application.lines import Letter, UnreachableError
from services.notifications.domain.notice import Text
from tests.support.free_ports import free_port

LETTER = Letter("d-1", "c001@demo.invalid", Text("通知", "正文\n"))


class Filed:
    """What arrived."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((session.ssl is not None, session.authenticated))
        return "250 queued as Q-17"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(params=["starttls", "ssl"])
def server(request, certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    filed = Filed()
    tls = (
        {"ssl_context": context}
        if request.param == "ssl"
        else {"tls_context": context, "require_starttls": True}
    )
    controller = Controller(
        filed,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=lambda server, session, envelope, mechanism, data: AuthResult(
            success=(data.login, data.password) == (b"duze", b"right")
        ),
        auth_required=True,
        auth_require_tls=request.param == "starttls",
        **tls,
    )
    controller.start()
    yield filed, controller.port, request.param
    controller.stop()


def sender(server, word="right"):
    _, port, security = server
    return SmtpNoticeSender(SmtpServer("127.0.0.1", port, "duze@county.invalid", security, "duze", word))


def test_a_mail_leaves_encrypted_and_by_name_and_its_id_there_is_kept(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with sender(server).connect() as line:
        assert line.send(LETTER) == "Q-17"
    # A session tells of TLS only where it began without.
    assert server[0].mails == [(server[2] == "starttls", True)]


def test_a_wrong_password_costs_no_message_an_attempt(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(UnreachableError, match="does not answer"), sender(server, "wrong").connect():
        pass
    assert server[0].mails == []


def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(server):
    with pytest.raises(UnreachableError, match="SSLCertVerificationError"), sender(server).connect():
        pass
    assert server[0].mails == []
