"""Whatever a form changes stands in the audit once, in the same transaction: undone, it leaves no line."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from bureau.audit.models import Event
from bureau.pages.pagesets import PageSet
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.models import HistoryEntry
from tests.attacks.test_mass_assignment import EACH, Undo, forms
from tests.attacks.walking import signed_in, typed
from tests.cast import Cast


def said(pageset: PageSet, what: str, since: int) -> list[str]:
    """What the audit says of the records of this kind since then: of the act itself."""
    rows = Event.objects.filter(pk__gt=since, refused=False, action__startswith=f"{pageset.label}.")
    actions = list(rows.order_by("pk").values_list("action", flat=True))
    if what in ("add", "edit"):
        return actions
    return [one for one in actions if one == f"{pageset.label}.{what}"]


def lines(pageset: PageSet, what: str) -> int:
    return HistoryEntry.objects.filter(kind=pageset.label, transition=what).count()


@EACH
def test_every_form_that_is_taken_writes_one_line(workspace: str, pageset: PageSet, furnished: Cast) -> None:
    if pageset.label.startswith("workflow_app"):
        return  # its effects take what no form of it asks for
    for what, (user, where) in forms(workspace, pageset, furnished).items():
        client = signed_in(user)
        page = client.get(where)
        if page.status_code != 200 or "form" not in page.context:
            continue
        since = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        history, events = lines(pageset, what), Event.objects.count()
        try:
            with transaction.atomic():
                response: Any = client.post(where, {"reason": "why", **typed(page.context)})
                found, after = said(pageset, what, since), lines(pageset, what)
                raise Undo
        except Undo:
            pass
        assert Event.objects.count() == events, f"{what}: a line stayed of what was undone"
        if response.status_code != 302:
            assert not found, f"{what}: refused, and in the audit as done"
        elif what in ("add", "edit"):
            assert len(found) <= 1, (what, found)
        elif pageset.label in WORKFLOWS:  # a step that leads on to what stops it has done nothing
            assert len(found) == after - history <= 1, (what, found)
        else:
            assert len(found) == 1, (what, found)
