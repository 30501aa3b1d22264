"""Reading the audit: by person, act, record and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bureau.access.services import permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.audit.selectors import standing
from bureau.desk import audit_words
from bureau.desk.older import newest_first
from bureau.desk.reader import reader
from bureau.pages.forms import PortalForm

LONGEST_LIST, LONGEST_TEXT = 5, 100


class AuditFilter(PortalForm):
    """Each field narrows the list; an empty one does not."""

    person = forms.CharField(label=_("Person"), required=False, max_length=100)
    act = forms.CharField(label=_("Act"), required=False, max_length=100)
    record = forms.CharField(label=_("Record"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    refused = forms.BooleanField(label=_("Refused only"), required=False)

    def narrowed(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Nothing where a field is wrong: a filter that is not understood must not show more."""
        if not self.is_valid():
            return events.none()
        wanted = self.cleaned_data
        found = events
        if wanted["person"]:
            found = found.filter(_by(wanted["person"]))
        if wanted["act"]:
            found = found.filter(action__icontains=wanted["act"])
        if wanted["record"]:
            found = found.filter(_about(wanted["record"]))
        if wanted["refused"]:
            found = found.filter(refused=True)
        return _between(found, wanted)


def _by(text: str) -> Q:
    names = Q(actor_name__icontains=text) | Q(for_name__icontains=text)
    people = User.objects.filter(username=text).values("pk")
    return names | Q(actor_kind="user", actor_id__in=people)


def _about(text: str) -> Q:
    """A kind (`office.letter`), a key (`12`), or both with a space between."""
    kind, _space, key = text.partition(" ")
    if key:
        return Q(object_kind=kind, object_id=key.strip())
    return Q(object_id=text) | Q(object_kind__icontains=text)


def _between(events: QuerySet[Event], wanted: dict[str, Any]) -> QuerySet[Event]:
    zone = timezone.get_current_timezone()
    if wanted["since"]:
        events = events.filter(at__gte=datetime.combine(wanted["since"], time.min, zone))
    if wanted["until"]:
        events = events.filter(at__lt=datetime.combine(wanted["until"] + timedelta(days=1), time.min, zone))
    return events


def _kind(event: Event) -> str:
    """The record's kind in words; its key follows."""
    if not event.object_kind:
        return ""
    try:
        model = apps.get_model(event.object_kind)
    except LookupError:
        return event.object_kind
    return str(capfirst(model._meta.verbose_name))


def _details(event: Event) -> list[tuple[str, object]]:
    """Name and value; of a long list only its length."""
    told = audit_words.details(event.object_kind, event.detail)
    found = [(name, value) for name, value in told.items() if value not in ("", [], {}, None)]
    return [(audit_words.detail_name(name), _short(value)) for name, value in found]


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    event: Event
    who: str
    act: str
    kind: str
    fields: str
    details: list[tuple[str, object]]


def _line(event: Event) -> Line:
    return Line(
        event=event,
        who=audit_words.actor_label(event.actor_kind, event.actor_name),
        act=audit_words.act_label(event.action),
        kind=_kind(event),
        fields=", ".join(audit_words.field_label(event.object_kind, name) for name in event.fields),
        details=_details(event),
    )


def _short(value: object) -> object:
    if isinstance(value, list | dict):
        return ", ".join(map(str, value)) if len(value) <= LONGEST_LIST else len(value)
    return str(value)[:LONGEST_TEXT]


@rule(Ground("audit.read"))
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    found = newest_first(request, form.narrowed(permitted(reader(request), "view", Event)))
    context = {
        "form": form,
        "slice": found,
        "lines": [_line(event) for event in found.rows],
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "standing": standing(),
    }
    return render(request, "desk/audit.html", context)


urlpatterns = [path("audit/", audit, name="audit")]
