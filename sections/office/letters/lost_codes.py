"""A new code for a writer who lost the old one, sent to the registered telephone alone."""

from __future__ import annotations

import json

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bureau.accounts.principals import System
from bureau.identifiers import codes
from bureau.identifiers.encryption import decrypt, encrypt
from bureau.notices.services import queue_sms
from bureau.outbox.queues import PUBLIC
from bureau.outbox.services import enqueue
from sections.office.letters import services
from sections.office.letters.models import Letter
from sections.office.letters.same_writer import digest_of

COLUMN = "letters.code_request"
TASK = "letters.new_code"
SENDER = System("letters", frozenset({"office.letter.reissue"}))


def letter_of(number: str) -> Letter | None:
    """As printed, or without its dash."""
    digits = codes.normalise(number).removeprefix("L")
    return Letter.objects.filter(number=f"L{digits[:4]}-{digits[4:]}").first()


def ask_for_code(number: str, phone: str) -> None:
    """The same work for every pair: whether they belong together is seen in the background alone."""
    enqueue(TASK, {"asked": encrypt(json.dumps([number, phone]), column=COLUMN)})


def send_new_code(asked: str) -> None:
    """The old code dies and the new one leaves by SMS: both, or neither."""
    number, phone = json.loads(decrypt(asked, column=COLUMN))
    letter = letter_of(number)
    asked_by = digest_of(phone)
    if letter is None or asked_by is None or not asked_by.fits(letter.sender_digest):
        return
    with transaction.atomic(), override("zh-hans"):
        receipt = services.reissue_code(letter=letter, by=SENDER)
        # Neither number nor subject: the message alone opens nothing.
        queue_sms(
            to=letter.sender_phone,
            text=_("New code for following your letter: %(code)s. The old one no longer works.")
            % {"code": codes.grouped(receipt.code)},
            queue=PUBLIC,
        )
