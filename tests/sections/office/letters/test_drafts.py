"""Saving a letter and going on later: one code, nothing readable at rest, nothing left behind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.files.models import Attachment
from bureau.identifiers import codes
from bureau.jobs.registry import TASKS
from bureau.outbox.models import Effect
from sections.office.letters import drafts
from sections.office.letters.models import Letter, LetterDraft
from tests.cast import Cast
from tests.sections.office.letters.filling import RESUME, TEXT, at_text, code_on, picture, post, to_the_check

pytestmark = pytest.mark.django_db
CANARY = {"title": "Canarytitle", "body": "Canarybody with a story", "school": ""}


def saved(client: Client, **changes: str) -> str:
    return code_on(post(client, at_text(client), **{**CANARY, **changes}, go="save"))


def resume(client: Client, code: str) -> Any:
    return client.post(RESUME, {"code": code})


def text_under(code: str) -> str:
    """The page with the text, from wherever the letter was left."""
    client = Client()
    return str(post(client, resume(client, code), go="text").content.decode())


def test_the_code_opens_the_letter_where_it_was_left_on_another_device(cast: Cast, client: Client) -> None:
    code = saved(client)
    page = resume(Client(), f" {code.lower()} ")
    assert 'name="step" value="writer"' in page.content.decode()  # the text is there: the writer comes next
    back = post(Client(), page, go="text").content.decode()
    assert "Canarytitle" in back and "Canarybody with a story" in back


def test_what_is_wrong_or_missing_is_kept_as_well(cast: Cast, client: Client) -> None:
    code = saved(client, title="")
    page = resume(Client(), code).content.decode()
    assert "Canarybody with a story" in page
    assert 'name="step" value="text"' in page


def test_there_is_no_row_for_who_neither_saves_nor_adds_a_file(cast: Cast, client: Client) -> None:
    post(client, to_the_check(client), go="send")
    assert Letter.objects.count() == 1
    assert not LetterDraft.objects.exists()


def test_the_code_has_fifty_bits_and_is_nowhere_but_on_the_page(cast: Cast, client: Client) -> None:
    code = codes.normalise(saved(client))
    assert len(codes.ALPHABET) ** len(code) >= 2**50
    row = LetterDraft.objects.get()
    assert code not in str(row.__dict__)
    assert row.code_digest == codes.digest(drafts.CODE_PURPOSE, code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, code_digest, form_digest FROM office_letterdraft")
        stored = str(cursor.fetchall())
    assert code not in stored and "Canary" not in stored


def test_the_code_stands_in_no_address(cast: Cast, client: Client) -> None:
    code = saved(client)
    assert f'value="{code}"' not in client.get(f"{RESUME}?code={code}").content.decode()
    assert resume(client, code).status_code == 200  # no redirect that could carry it


def test_saving_again_keeps_one_row_and_the_same_code(cast: Cast, client: Client) -> None:
    page = at_text(client)
    first = code_on(post(client, page, **CANARY, go="save"))
    second = code_on(post(client, page, **{**CANARY, "body": "Changed"}, go="save"))
    assert first == second
    assert LetterDraft.objects.count() == 1
    assert "Changed" in text_under(second)


def test_sending_deletes_what_was_saved_and_the_code_is_dead(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **TEXT, go="save")
    code = code_on(page)
    page = resume(client, code)
    check = post(client, page, name="Wang Example", phone="13800000000", email="")
    assert "Keep this receipt" in post(client, check, go="send").content.decode()
    assert not LetterDraft.objects.exists()
    assert resume(client, code).status_code == 422


def test_a_letter_opened_in_two_windows_is_sent_once(cast: Cast, client: Client) -> None:
    code = code_on(post(client, to_the_check(client), go="save"))
    windows = [resume(Client(), code), resume(Client(), code)]
    receipts = [code_on(post(Client(), page, go="send")) for page in windows]
    assert Letter.objects.count() == 1
    assert receipts[0] == receipts[1]


def test_the_writer_deletes_what_was_saved(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **CANARY, go="save")
    post(client, page, go="give_up")
    assert not LetterDraft.objects.exists()
    assert resume(client, code_on(page)).status_code == 422


def masked(page: Any) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
    return re.sub(r'id="id_code"[^>]*', "", re.sub(r'value="[^"]*"', "", text))


def test_wrong_outdated_sent_and_malformed_codes_get_the_same_bytes_and_the_same_work(
    cast: Cast, client: Client
) -> None:
    outdated = saved(client)
    LetterDraft.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    live = saved(client)
    tries = [outdated, "AAAA-AAAA-AAAA", live[:-1] + ("A" if live[-1] != "A" else "B"), "x", "9" * 40]
    resume(Client(), "AAAA")  # the buckets are there
    pages, work = [], []
    for code in tries:
        with CaptureQueriesContext(connection) as queries:
            pages.append(resume(Client(), code))
        work.append([re.sub(r"'[^']*'|\d+(\.\d+)?(e[+-]?\d+)?", "?", one["sql"]) for one in queries])
    assert {page.status_code for page in pages} == {422}
    assert len({masked(page) for page in pages}) == 1
    assert all(one == work[0] for one in work)


def test_guessing_codes_is_stopped_and_a_right_code_costs_nothing(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_RESUMES_PER_SENDER = 3
    code = saved(client)
    for _again in range(5):
        assert resume(client, code).status_code == 200
    for _guess in range(3):
        assert resume(client, "AAAAAAAAAAAA").status_code == 422
    answer = resume(client, code)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert code.replace("-", "") in codes.normalise(answer.content.decode())  # what was typed is kept


def test_everybody_together_is_stopped_as_well(cast: Cast, settings: Any) -> None:
    settings.LETTERS_RESUMES_GLOBAL, settings.TRUSTED_PROXIES = 4, 1
    answers = [
        Client().post(RESUME, {"code": "AAAAAAAAAAAA"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{place}").status_code
        for place in range(6)
    ]
    assert answers == [422] * 4 + [429] * 2


def test_saving_too_often_is_asked_to_wait_and_nothing_is_lost(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_DRAFTS_PER_SENDER = 1
    saved(client)
    answer = post(client, at_text(client), **CANARY, go="save")
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    settings.LETTERS_DRAFTS_PER_SENDER = 5
    again = code_on(post(client, answer, go="save"))
    assert "Canarybody" in text_under(again)


def test_outdated_letters_go_with_their_files(cast: Cast, client: Client, settings: Any) -> None:
    page = post(client, at_text(client), **CANARY, files=[picture()], go="attach")
    post(client, page, **CANARY, go="save")
    kept = saved(client, body="Kept")
    LetterDraft.objects.order_by("pk").filter(pk=LetterDraft.objects.earliest("pk").pk).update(
        kept_until=timezone.now()
    )
    TASKS["schedule.letters.outdated_drafts"].handler({})
    assert "Kept" in text_under(kept)
    assert LetterDraft.objects.count() == 1
    assert not Attachment.objects.exists()
    assert Effect.objects.filter(task="files.remove").exists()


def test_files_of_a_letter_that_was_not_saved_go_sooner(cast: Cast, client: Client, settings: Any) -> None:
    post(client, at_text(client), **CANARY, files=[picture()], go="attach")
    row = LetterDraft.objects.get()
    assert (row.content, row.code_digest) == ("", None)
    hours = (row.kept_until - timezone.now()).total_seconds() / 3600
    assert settings.LETTERS_UNSAVED_HOURS - 1 < hours <= settings.LETTERS_UNSAVED_HOURS
