"""Who works at a desk of the broken portal."""

from __future__ import annotations

from tests.outages.furnish import PASSWORD
from tests.outages.portal import Portal
from tests.outages.servers import Browser


def signed_in(portal: Portal, name: str) -> Browser:
    found = Browser(portal.address)
    found.get("/account/login/")
    answer = found.post("/account/login/", {"login": name, "password": PASSWORD})
    assert b"/account/logout/" in answer.content, answer.content.decode()[:2000]
    return found
