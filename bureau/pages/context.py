"""What the work shell knows: which workspace, its menu, unread notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from bureau.access.services import may_on_the_ground
from bureau.accounts.models import User
from bureau.notices.selectors import unread_count
from bureau.pages.menu import MenuGroup, menu_for


def work(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing is read unless a work page shows it."""
    workspace = _workspace(request)
    menu: Any = SimpleLazyObject(lambda: menu_for(request, workspace))
    return {
        "workspace": workspace,
        "menu": menu,
        "unread_notices": SimpleLazyObject(lambda: _unread(request, workspace, menu)),
    }


def _workspace(request: HttpRequest) -> str:
    """By the address; the pages of one's own account follow the person's workspace."""
    if request.path_info.startswith("/account/"):
        user = getattr(request, "user", None)
        if isinstance(user, User) and not may_on_the_ground(user, "desk.open"):
            return "school" if may_on_the_ground(user, "school.open") else "desk"
    return "school" if request.path_info.startswith("/school/") else "desk"


def _unread(request: HttpRequest, workspace: str, menu: list[MenuGroup]) -> int:
    """The menu has counted them where it leads to the notices; asked once."""
    url = reverse(f"{workspace}:notices")
    counts = [entry.count for group in menu for entry in group.entries if entry.url == url]
    if counts:
        return counts[0]
    return unread_count(request.user) if isinstance(request.user, User) else 0
