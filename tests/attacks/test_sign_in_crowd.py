"""Fifty at the same door at once: the tries are counted in the database, and the person still gets in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from bureau.accounts.models import User
from bureau.audit.models import Event

LOGIN, PASSWORD, CROWD = "/account/login/", "quiet-river-stone-41", 50


@pytest.mark.postgres
def test_fifty_guesses_at_once_pass_no_more_than_the_limit_whatever_becomes_of_the_cache(
    transactional_db: None,
) -> None:
    person = User.objects.create_user("victim", PASSWORD, name="Victim")
    own = Client()
    assert own.post(LOGIN, {"login": "victim", "password": PASSWORD}).status_code == 302
    own.get("/account/")
    own.post("/account/logout/")
    gate = threading.Barrier(CROWD)

    def guess(number: int) -> None:
        try:
            gate.wait()
            Client().post(
                LOGIN,
                {"login": "victim", "password": f"wrong-guess-{number}"},
                REMOTE_ADDR=f"198.51.100.{number + 1}",
            )
            cache.clear()
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(guess, range(CROWD)))
    tried = Event.objects.filter(action="accounts.user.sign_in_failed").count()
    assert 0 < tried <= settings.SIGN_IN_TRIES_PER_ACCOUNT + 2
    stranger = Client()
    stranger.post(LOGIN, {"login": "victim", "password": PASSWORD}, REMOTE_ADDR="198.51.100.200")
    assert stranger.get("/account/").status_code == 302
    # The browser in which the person was in before has a way of its own.
    assert own.post(LOGIN, {"login": "victim", "password": PASSWORD}).status_code == 302
    assert own.get("/account/").status_code == 200
    assert User.objects.get(pk=person.pk).is_active
