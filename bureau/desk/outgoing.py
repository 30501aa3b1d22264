"""E-mail and SMS that left the portal, or would have: the trial shows their text here."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from bureau.access.services import permitted
from bureau.access.views import Ground, rule
from bureau.desk.older import newest_first
from bureau.desk.reader import reader
from bureau.notices import selectors
from bureau.notices.models import OutgoingMessage

TAGS = {"waiting": "plain", "sent": "done", "shown": "new", "dropped": "warn"}


@rule(Ground("outgoing.read"))
@require_GET
def outgoing(request: HttpRequest) -> HttpResponse:
    found = newest_first(request, permitted(reader(request), "view", OutgoingMessage))
    context = {
        "slice": found,
        "lines": [(message, TAGS[message.status]) for message in found.rows],
        # The text of a mail may let somebody in: only the trial shows it.
        "shows_text": settings.IS_DEMO,
        "email_available": selectors.email_available(),
        "sms_available": selectors.sms_available(),
    }
    return render(request, "desk/outgoing.html", context)


urlpatterns = [path("outgoing/", outgoing, name="outgoing")]
