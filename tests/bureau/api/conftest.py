"""Programs that call: one client per person, with a token or with a session."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from bureau.accounts.models import User
from bureau.api.services import make_token

SCHOOLS = "/api/v1/schools/schools/"


class Program:
    """A caller with a token. Answers have `.json()`; what is sent is JSON."""

    def __init__(self, user: User | None, scope: str = "write", **headers: str) -> None:
        self.client = Client()
        self.headers = {"Accept-Language": "en", **headers}
        if user is not None:
            until = timezone.localdate() + timedelta(days=30)
            self.token, self.text = make_token(
                owner=user, name="Test", scope=scope, expires_on=until, by=user
            )
            self.headers["Authorization"] = f"Bearer {self.text}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query, headers=self.headers)

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        raw = data if isinstance(data, bytes) else json.dumps({} if data is None else data)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, path, raw, content_type="application/json", headers={**self.headers, **names}
        )

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.send("POST", path, data, **headers)

    def patch(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, data, **headers)

    def put(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.send("PUT", path, data, **headers)


@pytest.fixture
def program() -> Callable[..., Program]:
    return Program


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A signed-in browser that checks CSRF, as real ones do."""

    def of(user: User) -> Client:
        client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return of
