"""An account is switched off, later on again: everything that was open then is dead at once and stays dead."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts import services as accounts
from bureau.accounts import slips
from bureau.accounts.models import User
from bureau.api import services as tokens
from bureau.charter.services import add_membership
from bureau.notices.models import Notice
from bureau.workflow.models import Delegation
from schools.models import School
from sections.office.news import previews
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import letters, news


def program(user: User) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=5)
    _token, text = tokens.make_token(owner=user, name="x", scope="write", expires_on=day, by=user)
    return {"Authorization": f"Bearer {text}"}


def is_open(client: Client, token: dict[str, str]) -> list[bool]:
    """By cookie, and by token."""
    return [
        client.get("/desk/").status_code == 200,
        Client().get("/api/v1/schools/schools/", headers=token).status_code == 200,
    ]


def switch_off(cast: Cast, user: User) -> None:
    accounts.deactivate(user=user, by=cast.security_admin, reason="left")


def switch_on(cast: Cast, user: User) -> None:
    accounts.activate(user=user, by=cast.security_admin, reason="back")


def test_cookie_and_token_are_dead_at_once_and_for_good(cast: Cast) -> None:
    user = cast.office_chief
    client, token = signed_in(user), program(user)
    kept = {row.pk: row.session_data for row in Session.objects.all()}
    assert is_open(client, token) == [True, True]
    switch_off(cast, user)
    assert is_open(client, token) == [False, False]
    switch_on(cast, user)
    assert is_open(client, token) == [False, False]
    for key, data in kept.items():  # somebody who kept a copy of the session itself
        Session.objects.update_or_create(
            pk=key, defaults={"session_data": data, "expire_date": timezone.now() + timedelta(days=1)}
        )
    assert is_open(client, token) == [False, False]


def test_nothing_is_told_to_who_is_switched_off_and_nothing_of_that_time_afterwards(cast: Cast) -> None:
    user = cast.office_chief
    switch_off(cast, user)
    before = Notice.objects.filter(user=user).count()
    letters.registered(cast)
    assert Notice.objects.filter(user=user).count() == before
    switch_on(cast, user)
    assert Notice.objects.filter(user=user).count() == before


def test_who_is_switched_off_lends_and_borrows_no_right(cast: Cast) -> None:
    today = timezone.localdate()
    Delegation.objects.create(
        absent=cast.basic_officer,
        substitute=cast.basic_clerk,
        since=today,
        until=today,
        created_by=cast.basic_officer,
        reason="Leave",
    )
    letter = letters.assigned(cast)
    assert permitted(cast.basic_clerk, "view", type(letter)).filter(pk=letter.pk).exists()
    switch_off(cast, cast.basic_clerk)
    assert not permitted(cast.basic_clerk, "view", type(letter)).exists()
    assert not permitted(cast.basic_clerk, "view", School).exists()


def test_a_slip_that_was_given_out_before_opens_nothing_while_the_account_is_off(cast: Cast) -> None:
    user = cast.basic_clerk
    printed: Any = slips.issue([user], by=cast.security_admin)[0]
    switch_off(cast, user)
    client = Client()
    client.post("/account/login/", {"login": user.username, "password": printed.password})
    assert client.get("/account/password/").status_code == 302
    assert client.get("/account/").status_code == 302


def test_a_preview_given_to_somebody_outside_dies_with_the_account_and_for_good(cast: Cast) -> None:
    article = news.draft(cast)
    links = [
        previews.make_link(article, made_for="Leader", by=person)[1]
        for person in (cast.basic_clerk, cast.basic_officer)
    ]
    assert [previews.article_behind(secret) for secret in links] == [article, article]
    switch_off(cast, cast.basic_clerk)
    assert [previews.article_behind(secret) for secret in links] == [None, article]
    switch_on(cast, cast.basic_clerk)
    assert previews.article_behind(links[0]) is None


def test_one_function_alone_switches_accounts() -> None:
    """Whoever sets the column elsewhere forgets the sessions."""
    root = Path(settings.ROOT)
    writers = set()
    for top in ("bureau", "schools", "personnel", "finance", "supervision", "sections"):
        for path in (root / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Assign) and any(
                    isinstance(target, ast.Attribute)
                    and target.attr == "is_active"
                    and isinstance(target.value, ast.Name)
                    and target.value.id in ("user", "person", "owner", "account")
                    for target in node.targets
                ):
                    writers.add(path.relative_to(root).as_posix())
    assert writers == {"bureau/accounts/services.py"}


@pytest.mark.parametrize("act", ["password", "sessions", "membership", "second factor"])
def test_every_act_that_changes_who_somebody_is_ends_what_was_open(act: str, cast: Cast) -> None:
    user, by = cast.basic_clerk, cast.security_admin
    client, token = signed_in(user), program(user)
    assert is_open(client, token) == [True, True]
    if act == "password":
        accounts.set_own_password(user=user, password="another-quiet-river-41")
    elif act == "sessions":
        accounts.end_sessions(user=user, by=by)
    elif act == "membership":
        unit = cast.preschool_clerk.memberships.get().unit
        add_membership(user=user, unit=unit, role="clerk", by=by)
    else:
        accounts.remove_second_factor(user=user, by=by, reason="lost")
    assert is_open(client, token) == [False, False]
