"""Columns of what hangs on a teacher, and the way from a teacher to a transfer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from bureau.access.services import may, may_add
from bureau.accounts.principals import Principal
from bureau.pages.pagesets import Column, Panel, Workspace
from personnel.transfers.choices import OPEN
from personnel.transfers.choices import TAGS as TRANSFER_TAGS
from personnel.transfers.models import Transfer

POSTS = (
    Column("school", link=True),
    Column("stage"),
    Column("subject"),
    Column("hiring_form"),
    Column("is_main"),
    Column("since"),
    Column("until"),
)
QUALIFICATIONS = (
    Column("kind", link=True),
    Column("number"),
    Column("subject"),
    Column("issued_on"),
    Column("issued_by"),
)
EDUCATION = (
    Column("level", link=True),
    Column("degree"),
    Column("institution"),
    Column("major"),
    Column("finished_on"),
)
TIMELINE = (
    Column("on", link=True),
    Column("kind"),
    Column("school"),
    Column("label", label=_("What happened")),
    Column("by_name"),
)


TRANSFERS = (
    Column("from_school", link=True),
    Column("to_school"),
    Column("on"),
    Column("status", kind="tag", tags=TRANSFER_TAGS),
)


def asking(workspace: Workspace) -> Panel:
    """The way to a request for a transfer that names this teacher already."""

    def context(teacher: Any, by: Principal) -> Mapping[str, Any]:
        named = urlencode({"teacher_number": teacher.number, "teacher_name": teacher.name})
        return {"address": f"{reverse(f'{workspace}:personnel:transfer_add')}?{named}"}

    return Panel(
        _("Move to another school"),
        template="personnel/move.html",
        context=context,
        shown=lambda teacher, by: _may_move(teacher, by),
    )


def _may_move(teacher: Any, by: Principal) -> bool:
    if teacher.main_post is None or Transfer.objects.filter(teacher=teacher, status__in=OPEN).exists():
        return False
    return bool(may_add(by, Transfer)) and bool(may(by, "change", teacher))
