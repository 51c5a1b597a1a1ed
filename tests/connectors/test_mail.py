"""The conversation with a mail server: encrypted before anything is said, and no password where somebody could listen."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rounds.connectors.mail import Server, Session, is_loopback, letter, message_id
from rounds.connectors.outcomes import Later, Never
from tests.mail_peer import mail_peer

FROM = "Rounds <rounds@northwind-rounds.example>"
TO = "ann@hospital.example"


def body(**said) -> bytes:
    given = {"sender": FROM, "to": TO, "name": "Ann", "subject": "Hello", "text": "Hello.\n", "html": "", "message_id": message_id("k", FROM),
             "at": datetime(2026, 11, 20, tzinfo=UTC), **said}  # fmt: skip
    return letter(**given)


@pytest.fixture(scope="module")
def proof(tmp_path_factory) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for localhost, and the file of the authority that made it."""
    folder, key = tmp_path_factory.mktemp("proof"), ec.generate_private_key(ec.SECP256R1())
    name, day = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day - timedelta(days=1)).not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"


def known(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"us", b"hunter2"))


def hand_over(port: int, **said) -> None:
    given = {"host": "localhost", "port": port, "security": "starttls", "sender": FROM, "patience": 3.0, **said}
    with Session(Server(**given)) as session:
        session.send(TO, body())


@pytest.mark.req("AUTO-12")
class TestEncrypted:
    def test_starttls_with_a_password_is_taken(self, proof):
        context, authority = proof
        with mail_peer(tls_context=context, require_starttls=True, auth_required=True, authenticator=known) as (peer, port):
            hand_over(port, authority=authority, user="us", password="hunter2")
            assert len(peer.took) == 1

    def test_a_wrong_password_and_an_unknown_authority_are_troubles_of_the_side_and_tell_nothing(self, proof):
        context, authority = proof
        with mail_peer(tls_context=context, auth_required=True, authenticator=known) as (peer, port):
            for said in ({"authority": authority, "user": "us", "password": "wrong"}, {"user": "us", "password": "hunter2"}):
                with pytest.raises(Later) as fault:
                    hand_over(port, **said)
                assert fault.value.side
                assert "hunter2" not in str(fault.value)
            assert peer.took == []

    def test_a_server_that_offers_no_encryption_is_told_nothing(self):
        with mail_peer() as (peer, port):
            with pytest.raises(Later):
                hand_over(port)
            assert peer.tried == []

    def test_loopback_alone_may_hear_a_password_in_the_clear(self):
        assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost")))
        assert not is_loopback("10.0.0.8")
        assert not is_loopback("mail.example.com")

    def test_a_password_is_in_no_picture_of_the_server(self):
        assert "hunter2" not in repr(Server("h", 25, "tls", FROM, "us", "hunter2"))


class TestLetters:
    def test_the_same_delivery_is_the_same_letter(self):
        assert message_id("k", FROM) == "<k@northwind-rounds.example>"
        assert b"Auto-Submitted: auto-generated" in body()

    @pytest.mark.parametrize("to", ["ann", "a@b.example, c@d.example", "a@b.example\r\nRCPT TO:<x@y.example>", "<a@b.example>", "ä@b.example"])
    def test_an_address_that_is_none_makes_no_letter(self, to):
        with pytest.raises(Never):
            body(to=to)

    @pytest.mark.parametrize("name", ['Ann" <x@evil.example>, "', "Ann\r\nBcc: x@evil.example", "=?utf-8?q?a=0d=0aBcc:_x@evil.example?=", "A" * 5000])
    def test_a_name_stays_a_name(self, name):
        head = body(name=name).split(b"\r\n\r\n")[0].lower()
        assert b"\nbcc:" not in head
        assert head.count(b"\nto:") == 1
