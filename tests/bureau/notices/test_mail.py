"""Mail leaves after the commit, plain and once; nothing that a person typed reaches a header."""

import email
import email.policy
import socketserver
import threading

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.db import connection, transaction

from bureau.jobs import draining
from bureau.notices.channels import as_mail, one_line
from bureau.notices.mail import OutboxEmailBackend
from bureau.notices.models import OutgoingMessage
from bureau.notices.services import queue_mail
from bureau.outbox.models import Effect

pytestmark = pytest.mark.django_db
NASTY = [
    "a\r\nBcc: x@example.org",
    "a\u2028Bcc: x@example.org",
    "a\x00b",
    "a\u202eb",
    "a\u2029b",
    "a\x85b",
    "a\x0bb",
]


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as taking a letter needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.letters.append(b"".join(lines))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def mail_server(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.letters = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.NOTICE_EMAIL = "smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()


def test_djangos_mail_becomes_a_row_of_the_outbox(settings):
    settings.NOTICE_EMAIL = "table"
    backend = get_connection("bureau.notices.mail.OutboxEmailBackend")
    send_mail("Reset", "Here is the link", None, ["li@example.org"], connection=backend)
    assert OutgoingMessage.objects.get().address == "li@example.org"
    assert Effect.objects.get().task == "notices.deliver"


def test_the_portals_mail_backend_is_the_outbox():
    from bureau.settings import base

    assert f"{OutboxEmailBackend.__module__}.{OutboxEmailBackend.__name__}" == base.EMAIL_BACKEND


def test_a_rolled_back_mail_is_never_sent(mail_server):
    with pytest.raises(ValueError), transaction.atomic():
        queue_mail(to="li@example.org", subject="Hello", body="Hello")
        raise ValueError
    draining.drain()
    assert mail_server.letters == []


def test_a_mail_is_sent_once_and_its_text_forgotten(mail_server):
    queue_mail(to="li@example.org", subject="来信", body="Hello")
    draining.drain()
    draining.drain()
    (letter,) = mail_server.letters
    message = OutgoingMessage.objects.get()
    assert email.message_from_bytes(letter, policy=email.policy.default)["Subject"] == "来信"
    assert (message.status, message.address, message.body) == ("sent", "", "")


def test_with_the_mail_server_away_the_mail_waits(settings):
    settings.NOTICE_EMAIL, settings.EMAIL_PORT = "smtp", 1
    queue_mail(to="li@example.org", subject="Hello", body="Hello")
    draining.drain()
    assert (OutgoingMessage.objects.get().status, Effect.objects.get().status) == ("waiting", "waiting")


@pytest.mark.parametrize("subject", NASTY)
def test_a_subject_adds_no_header_and_no_recipient(subject):
    sent = as_mail(OutgoingMessage(pk=1, address="li@example.org", subject=subject, body="x")).message()
    parsed = email.message_from_bytes(sent.as_bytes(), policy=email.policy.default)
    assert parsed["Bcc"] is None
    assert parsed["Subject"].isprintable()


def test_a_mail_is_plain_text():
    sent = as_mail(OutgoingMessage(pk=1, address="li@example.org", subject="a", body="<b>x</b>")).message()
    assert sent.get_content_type() == "text/plain"


def test_the_same_row_is_the_same_mail():
    message = OutgoingMessage(pk=7, address="li@example.org", subject="a", body="b")
    assert as_mail(message).message()["Message-ID"] == as_mail(message).message()["Message-ID"]


def test_an_html_alternative_is_left_behind(settings):
    settings.NOTICE_EMAIL = "table"
    mail = EmailMultiAlternatives("a", "plain", None, ["li@example.org"])
    mail.attach_alternative("<b>rich</b>", "text/html")
    OutboxEmailBackend().send_messages([mail])
    assert OutgoingMessage.objects.get().body == "plain"


def test_address_and_text_are_not_readable_in_the_database(settings):
    settings.NOTICE_EMAIL = "table"
    queue_mail(to="li@example.org", subject="secret subject", body="secret body")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notices_outgoingmessage")
        stored = str(cursor.fetchall())
    assert "li@example.org" not in stored
    assert "secret" not in stored


def test_one_line_keeps_what_is_readable():
    assert one_line("  来信\tL26 \r\n 已受理 ") == "来信 L26 已受理"
