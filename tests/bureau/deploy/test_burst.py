"""Five times what one address may ask, all at once: the rest of the city goes on writing and working."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from deploy.stack import Answer, Stack
from sections.office.letters.models import Letter
from tests.bureau.deploy.browser import Browser, Writer
from tests.bureau.deploy.test_nginx import before
from tests.sections.office.letters.filling import code_on, post, to_the_check

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.tool("nginx")]

ALLOWED = 20  # at once, by the narrow nginx
FLOOD = 5 * ALLOWED
FLOODER = "127.0.0.9"  # nobody else sends from there
TOLD = {"/en/letters/new/": "Too many tries", "/zh/letters/new/": "尝试次数过多"}


@pytest.fixture
def narrow(stack: Stack, tmp_path: Path) -> Iterator[Stack]:
    """Before a server of the stack, which has one process for all."""
    found = before(tmp_path, stack.web[0].port, rate=1, burst=ALLOWED)
    call_command("error_pages", str(found.home / "errors"))
    yield found
    assert found.nginx is not None
    found.nginx.stop()


def test_who_asks_five_times_too_much_is_put_off_in_words_and_nobody_else_is(
    narrow: Stack, stack: Stack, cast: Any
) -> None:
    clerk = Browser(stack)
    clerk.sign_in(cast.office_clerk)
    desk = Browser(narrow)
    desk.cookies = clerk.cookies

    def flood(number: int) -> tuple[str, Answer]:
        path = list(TOLD)[number % len(TOLD)]
        return path, narrow.ask("GET", path, sender=FLOODER)

    with ThreadPoolExecutor(max_workers=ALLOWED) as crowd:
        asked = [crowd.submit(flood, number) for number in range(FLOOD)]
        writer: Any = Writer(narrow, through_nginx=True)
        code = code_on(post(writer, to_the_check(writer), go="send"))
        seen = desk.ask("GET", "/desk/office/letters/", None)
        answers = [future.result() for future in asked]

    assert code
    assert (Letter.objects.count(), seen.status) == (1, 200)
    assert {answer.status for _path, answer in answers} <= {200, 429, 503}
    refused = [(path, answer) for path, answer in answers if answer.status != 200]
    assert len(refused) >= FLOOD - 2 * ALLOWED
    for path, answer in refused:
        assert answer.headers["Retry-After"]
        assert TOLD[path] in answer.body.decode()
    assert narrow.ask("GET", "/en/letters/new/").status == 200
