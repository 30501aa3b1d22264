"""What the start page of a school shows below and beside its to-do: what was sent, what waits with others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.desk.home import HomeBlock, register
from bureau.notices.selectors import notices_of
from bureau.pages import links
from bureau.pages.templatetags.portal import day
from schools.choices import RequestStatus
from schools.models import ChangeRequest
from schools.returns.choices import CollectionStatus
from schools.returns.models import Return

MOST = 5
OPEN_REQUESTS = (RequestStatus.REVIEW, RequestStatus.OPEN)
TAGS = {"accepted": "done", "locked": "done", "returned": "bad", "excused": "moved"}


def sent_returns(user: User) -> Mapping[str, Any] | None:
    """The last returns that were sent, with their state."""
    rows = permitted(user, "view", Return).filter(first_sent_on__isnull=False)
    rows = rows.defer("values", "reasons", "rows").select_related("collection", "owner", "school")
    found = [
        {"row": row, "url": links.address(row, "school"), "tag": TAGS.get(row.status, "half")}
        for row in rows.order_by("-sent_on", "-pk")[:MOST]
    ]
    return {"rows": found, "all_url": links.page(Return, "list", "school")} if found else None


def next_return(user: User) -> str:
    """The next return that opens."""
    rows = permitted(user, "view", Return).filter(
        collection__status=CollectionStatus.ISSUED, collection__opens_on__gt=timezone.localdate()
    )
    row = rows.select_related("collection").order_by("collection__opens_on", "pk").first()
    if row is None:
        return ""
    params = {"title": row.collection.label, "day": day(row.collection.opens_on)}
    return _("“%(title)s” opens on %(day)s.") % params


def with_others(user: User) -> Mapping[str, Any] | None:
    """Change requests of the school on which the district or the section has not decided."""
    rows = permitted(user, "view", ChangeRequest).filter(status__in=OPEN_REQUESTS)
    found = [
        {"row": row, "url": links.address(row, "school")}
        for row in rows.select_related("school").order_by("created_at")[:MOST]
    ]
    return {"rows": found, "all_url": links.page(ChangeRequest, "list", "school")} if found else None


def unread(user: User) -> Mapping[str, Any] | None:
    rows = list(notices_of(user).filter(read_at__isnull=True)[:MOST])
    return {"rows": rows, "all_url": reverse("school:notices")} if rows else None


BLOCKS = (
    HomeBlock("schools.sent", "school", "schools/home/sent.html", sent_returns, next_up=next_return),
    HomeBlock("schools.unread", "school", "schools/home/unread.html", unread, "aside", 20),
    HomeBlock("schools.requests", "school", "schools/home/requests.html", with_others, "aside", 30),
)
for block in BLOCKS:
    register(block)
