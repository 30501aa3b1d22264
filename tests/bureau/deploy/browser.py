"""What a person sends to the servers of a stack, without a browser. Fits `filling` of the letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from bureau.accounts.models import User
from deploy.stack import Answer, Stack

PASSWORD = "CANARY-granite-lantern-47"


def with_password(user: User) -> str:
    """Gives the password above; returns the name to sign in with."""
    encoded = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1000)
    User.objects.filter(pk=user.pk).update(password=encoded)
    return user.username


class Browser:
    """Keeps cookies, also those for TLS alone, and may turn to either server."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.cookies = stack, SimpleCookie()

    def ask(self, method: str, path: str, server: int | None, **fields: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())}
        headers |= {"Host": "localhost", "Referer": f"https://localhost{path}"}
        body = urlencode(fields).encode() if fields else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self.stack.ask(method, path, server=server, headers=headers, body=body)
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(line)
        return answer

    def post(self, path: str, server: int, *, form_from: int, **fields: str) -> Answer:
        """The form from one server, sent to another."""
        return self.ask("POST", path, server, csrfmiddlewaretoken=self.token(path, form_from), **fields)

    def token(self, path: str, server: int) -> str:
        """That of the form at the address."""
        page = self.ask("GET", path, server).body.decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found
        return found[1]

    def sign_in(self, user: User, *, server: int = 0) -> None:
        name = with_password(user)
        answer = self.post("/account/login/", server, form_from=server, login=name, password=PASSWORD)
        assert answer.status == 302, answer.body.decode()[:2000]


@dataclass
class Page:
    status_code: int
    content: bytes


class Writer:
    """A citizen; each page comes from the next server: what one server gave, another takes. Or from whom nginx asks."""

    def __init__(self, stack: Stack, *, through_nginx: bool = False) -> None:
        self.browser, self.asked, self.through_nginx = Browser(stack), 0, through_nginx
        self.token = ""

    def _turn(self) -> int | None:
        self.asked += 1
        if self.through_nginx:
            return None
        return self.asked % len(self.browser.stack.web)

    def get(self, path: str) -> Page:
        return self._page(self.browser.ask("GET", path, self._turn()))

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        return self._page(
            self.browser.ask("POST", path, self._turn(), csrfmiddlewaretoken=self.token, **fields)
        )

    def _page(self, answer: Answer) -> Page:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.body.decode())
        self.token = found[1] if found else self.token
        return Page(answer.status, answer.body)
