"""A column sent along with a form that has no field for it: ignored, and one line in the audit says who tried."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bureau.audit.models import Event
from bureau.pages.pagesets import PageSet, mounted
from schools.models import School
from tests.attacks.walking import signed_in, typed
from tests.cast import Cast


def school_form(cast: Cast) -> tuple[Any, str, dict[str, Any]]:
    """Somebody who edits a school, the address, and what the page sends when nothing is typed."""
    for workspace, pageset in mounted():
        if pageset.model is School and workspace == "desk":
            return _opened(cast, workspace, pageset)
    raise AssertionError("nobody edits schools")


def _opened(cast: Cast, workspace: str, pageset: PageSet) -> tuple[Any, str, dict[str, Any]]:
    client = signed_in(cast.basic_officer)
    where = reverse(pageset.url_name(workspace, "edit"), args=[cast.school.pk])
    return client, where, typed(client.get(where).context)


def tried() -> list[tuple[str, list[str]]]:
    rows = Event.objects.filter(refused=True, action="schools.school.change").order_by("pk")
    return [(row.actor_name, list(row.fields)) for row in rows]


def test_who_sends_columns_that_the_form_does_not_have_is_written_down(cast: Cast) -> None:
    client, where, page = school_form(cast)
    assert client.post(where, {**page, "unit_id": "1"}).status_code == 302
    assert tried() == [(cast.basic_officer.audit_name, ["unit_id"])]


def test_what_browsers_send_along_is_no_attempt(cast: Cast) -> None:
    client, where, page = school_form(cast)
    assert client.post(where, {**page, "__grammarly": "x", "lastpass": "1"}).status_code == 302
    assert tried() == []
