"""What people type: in no log line, no message to a worker, no line of the audit, no notice, no cache."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from bureau.audit.models import Event
from bureau.logs import formatter
from bureau.notices.models import Notice
from bureau.outbox.models import Effect
from sections.office.letters.models import Letter
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.sections.office.letters.filling import NEW, TEXT, at_text, code_on, post

SAID = {
    "name": "Canaryname",
    "phone": "13955550404",
    "email": "canarywriter@example.invalid",
    "title": "Canarytitle",
    "body": "Canarybody 13955550505",
}
PASSWORD = "Canary-pass-phrase-1"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Every line of every logger, in the form that production writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(as_json=True))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def walk(cast: Cast) -> list[str]:
    """A citizen and an officer do what they do; the secrets that came up."""
    client = Client()
    page = post(client, at_text(client), **{**TEXT, "title": SAID["title"], "body": SAID["body"]})
    page = post(client, page, **{name: SAID[name] for name in ("name", "phone", "email")})
    code = code_on(post(client, page, go="send"))
    number = Letter.objects.latest("pk").number
    client.post("/en/track/", {"number": number, "code": "AAAAA-AAAAA"})
    client.post("/en/track/", {"number": number, "code": code})
    client.get("/en/track/status/")
    client.post("/en/letters/code/", {"number": number, "phone": SAID["phone"]})
    client.get("/en/nowhere/", {"phone": SAID["phone"]})
    client.post(NEW, {"draft": "forged", "phone": SAID["phone"]})
    Client().post("/account/login/", {"login": "office_clerk", "password": PASSWORD})
    Client().post("/account/login/", {"login": SAID["phone"], "password": PASSWORD})
    clerk = signed_in(cast.office_clerk)
    letter = Letter.objects.get(number=number)
    clerk.get(f"/desk/office/letters/{letter.pk}/")
    clerk.get(f"/desk/office/letters/{letter.pk}/do/reveal_writer/")
    clerk.get("/desk/office/letters/export/")
    logging.getLogger("bureau").warning("fault with %s", SAID["phone"])
    typed = [value for name, value in SAID.items() if name != "title"]
    return [code, code.replace("-", ""), PASSWORD, client.cookies["csrftoken"].value, *typed]


def test_no_log_line_message_or_trace_holds_what_was_typed(cast: Cast, said: io.StringIO) -> None:
    secrets = [*walk(cast), SAID["title"]]
    logging.getLogger("bureau").warning("the end")
    kept = {
        "log": said.getvalue(),
        "messages to workers": json.dumps(list(Effect.objects.values_list("payload", "key")), default=str),
        "audit": repr(list(Event.objects.values())),
        "notices": repr(list(Notice.objects.values_list("params", "url"))),
        "cache": remembered(),
    }
    assert "the end" in kept["log"] and "fault with ***" in kept["log"]
    for where, text in kept.items():
        assert not [one for one in secrets if one in text], where


def remembered() -> str:
    """What the caches hold: of this process, or all that Redis has."""
    found = []
    for name in settings.CACHES:
        held = caches[name]
        found.append(repr(getattr(held, "_cache", "")) if hasattr(held, "_expire_info") else "")
    if getattr(settings, "REDIS_URL", ""):
        import redis

        store = redis.Redis.from_url(settings.REDIS_URL)
        for key in store.scan_iter(count=1000):
            kind = store.type(key)
            found.append(repr(key) + (repr(store.get(key)) if kind == b"string" else repr(kind)))
    return "".join(found)
