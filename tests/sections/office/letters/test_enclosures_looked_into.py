"""Enclosed files are looked into before another unit reads them; what was found is warned of like the text."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bureau.audit.models import Event
from bureau.charter.models import Unit
from bureau.files import services as files
from bureau.files import storage
from bureau.files.models import Attachment
from bureau.jobs.draining import drain_one
from bureau.outbox.models import Effect
from bureau.workflow import services as workflow
from sections.office.letters.enclosure_checks import InFiles, found_in_files
from sections.office.letters.enclosures import KIND
from sections.office.letters.leaks import Leak
from sections.office.letters.leaving import FIELD, found_in
from sections.office.letters.models import EnclosureCheck, Letter
from tests.bureau.files import corpus
from tests.bureau.files.published import COMMENTED, COMMENTS, docx, paragraph
from tests.cast import Cast, in_english
from tests.factories import letters
from tests.sections.office.letters.filling import TEXT, WRITER, at_text, picture, post

pytestmark = pytest.mark.django_db

TELLING = "Wang Example, 13900001111"


def upload(content: bytes, name: str = "a.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def look() -> None:
    """What waits in the outbox for these files, and nothing else of the background."""
    for effect in Effect.objects.filter(task="letters.look_into", done_at=None):
        drain_one(effect.pk)


def sent_with(*uploads: SimpleUploadedFile) -> Letter:
    """By the form, with its files, and what happens in the background."""
    client = Client()
    page = post(client, at_text(client), **TEXT, files=list(uploads))
    post(client, post(client, page, **WRITER), go="send")
    look()
    return Letter.objects.latest("pk")


def accepted(cast: Cast, letter: Letter) -> Letter:
    data = {"kind": letter.kind, "school": None}
    workflow.perform(letter, "register", by=cast.office_clerk, data=data)
    return workflow.perform(letter, "accept", by=cast.office_chief)


def kinds(letter: Letter, *, with_writer: bool = True) -> set[str]:
    return {str(one.kind) for one in found_in_files(letter, with_writer=with_writer)}


def test_the_name_in_a_document_is_found_warned_of_and_confirmed_and_no_word_is_kept(cast: Cast) -> None:
    letter = accepted(cast, sent_with(upload(docx(paragraph(f"{TELLING} Canarytext")))))
    kept = json.dumps(EnclosureCheck.objects.get().found)
    assert not any(word in kept for word in ("Wang", "13900001111", "Canarytext", "李编辑"))
    client = Client()
    client.force_login(in_english(cast.office_clerk))
    page = client.get(reverse("desk:office:letter_do", args=[letter.pk, "assign"]))
    help_text = page.context["form"].fields[FIELD].help_text
    for said in ("name of the writer", "telephone number", "details about the author"):
        assert f"{letter.number}-1.docx: {said}" in help_text
    data = {"unit": Unit.objects.get(key="basic")}
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "assign", by=cast.office_clerk, data=data)
    workflow.perform(letter, "assign", by=cast.office_clerk, data={**data, FIELD: True})
    noted = Event.objects.get(action="office.letter.leaks_confirmed")
    assert set(noted.detail["kinds"]) == {Leak.WRITER, Leak.PHONE, InFiles.AUTHOR}


def test_a_section_that_asks_another_one_does_not_learn_the_name_from_the_warning(cast: Cast) -> None:
    letter = accepted(cast, sent_with(upload(docx(paragraph(TELLING)))))
    data = {"unit": Unit.objects.get(key="basic"), FIELD: True}
    letter = workflow.perform(letter, "assign", by=cast.office_clerk, data=data)
    said = {str(one.kind) for one in found_in(letter, cast.basic_clerk)}
    assert Leak.PHONE in said and Leak.WRITER not in said


def test_what_cannot_be_read_says_so(cast: Cast) -> None:
    comment = docx(COMMENTED, **COMMENTS)
    old = corpus.compound({"WordDocument": b"x" * 600, "1Table": b"y" * 600})
    letter = sent_with(upload(comment), picture("a.png"), upload(old, "a.wps"))
    assert len(Attachment.objects.of(letter)) == 3
    assert {InFiles.BESIDE, InFiles.PICTURE, InFiles.UNREAD} <= kinds(letter)


def test_until_it_was_looked_into_or_withdrawn_a_file_is_warned_of(cast: Cast) -> None:
    letter = letters.accepted(cast)
    files.attach(record=letter, upload=upload(corpus.pdf(), "a.pdf"), kind=KIND, by=cast.office_clerk)
    assert kinds(letter) == {InFiles.WAITING}
    look()
    assert kinds(letter) == set()
    EnclosureCheck.objects.update(version=0)  # looked into by an older check
    assert kinds(letter) == {InFiles.WAITING}
    files.withdraw(Attachment.objects.of(letter).get(), by=cast.office_clerk, reason="Not needed.")
    assert kinds(letter) == set()


def test_a_lost_content_counts_as_not_readable(cast: Cast) -> None:
    letter = letters.accepted(cast)
    row = files.attach(record=letter, upload=upload(corpus.pdf(), "a.pdf"), kind=KIND, by=cast.office_clerk)
    storage.remove(row.stored_as)
    look()
    assert kinds(letter) == {InFiles.UNREAD}
