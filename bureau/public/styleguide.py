"""Every component in every state and in both languages, on one page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bureau.access.views import Ground, rule
from bureau.public import languages

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHELLS = ("desk", "school", "public")


class OnShow(Ground):
    """Who has the verb; everyone where a setting (tests) or DEBUG opens it."""

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        if settings.DEBUG or settings.STYLEGUIDE_IS_OPEN:
            return None
        return super().check(request)


class Sample(forms.Form):
    """A field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As on the identity card."))
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("question", gettext_lazy("Question")), ("suggestion", gettext_lazy("Suggestion"))],
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("How shall we answer?"),
        choices=[("phone", gettext_lazy("By telephone")), ("here", gettext_lazy("On this site"))],
        widget=forms.RadioSelect,
    )
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Stages"),
        choices=[("primary", gettext_lazy("Primary school")), ("junior", gettext_lazy("Junior middle"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    born_on = forms.DateField(
        label=gettext_lazy("Date of birth"), widget=forms.DateInput(attrs={"type": "date"})
    )
    text = forms.CharField(label=gettext_lazy("Your letter"), widget=forms.Textarea(attrs={"rows": 4}))
    may_publish = forms.BooleanField(label=gettext_lazy("You may publish the answer"), required=False)


@rule(OnShow("styleguide.view"))
@require_safe
def styleguide(request: HttpRequest, shell: str = "desk") -> HttpResponse:
    """`shell`: desk, school or public."""
    context: dict[str, Any] = {"versions": [_version(code) for code in languages.PREFIXES], "shells": SHELLS}
    if shell not in ("desk", "school", "public"):
        raise Http404
    if shell == "public":
        return render(request, "styleguide/public.html", context)
    return render(request, "styleguide/work.html", {**context, "workspace": shell, "menu": _menu()})


def _version(code: str) -> dict[str, Any]:
    """The samples in one language; ids carry the language, so that both fit on one page."""
    with translation.override(code):
        return {
            "code": code,
            "lang": languages.HTML_LANG[code],
            "name": languages.OWN_NAME[code],
            "empty_form": Sample(auto_id=f"{code}-a-%s", prefix="a"),
            "wrong_form": Sample({"b-name": "", "b-email": "li@"}, auto_id=f"{code}-b-%s", prefix="b"),
            "status": _status(),
            "events": _events(),
            "rows": _rows(),
            "figures": _figures(),
            "tabs": _tabs(),
        }


def _status() -> dict[str, Any]:
    return {
        "tag": _("Being handled"),
        "tag_kind": "half",
        "sentence": _("The School Safety Section is writing your reply"),
        "advice": _("You do not need to do anything now."),
        "due_label": _("We will reply by"),
        "due_on": date(2026, 6, 11),
        "left": _("2 working days left of 7"),
        "steps": [
            {"label": _("Received"), "state": "done", "on": date(2026, 6, 2)},
            {"label": _("Registered"), "state": "done", "on": date(2026, 6, 2)},
            {"label": _("Being handled"), "state": "now", "on": date(2026, 6, 3)},
            {"label": _("Replied"), "state": "", "on": None},
        ],
    }


def _events() -> list[dict[str, Any]]:
    return [
        {
            "title": _("Moved to the School Safety Section"),
            "at": datetime(2026, 6, 3, 9, 5, tzinfo=SHANGHAI),
            "who": _("Basic Education Section"),
            "text": _("School buses are its duty. Your reply date has not changed."),
        },
        {"title": _("Letter received"), "at": datetime(2026, 6, 2, 8, 31, tzinfo=SHANGHAI)},
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {"label": _("About"), "value": _("Binhe Road Primary School"), "change_url": "#"},
        {"label": _("May we publish it?"), "value": _("Yes, without your name"), "change_url": "#"},
    ]


def _figures() -> list[dict[str, Any]]:
    return [
        {"label": _("Schools"), "value": "412", "note": _("6 more than last year")},
        {"label": _("Waiting"), "value": "31", "note": _("8 with a note")},
        {"label": _("Overdue"), "value": "1", "note": ""},
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("All"), "url": "#", "count": 214, "is_current": False},
        {"label": _("To review"), "url": "#", "count": 31, "is_current": True},
        {"label": _("Returned"), "url": "#", "count": 0, "is_current": False},
    ]


def _menu() -> list[dict[str, Any]]:
    def entry(label: str, icon: str, count: int = 0, *, current: bool = False) -> dict[str, Any]:
        return {"label": label, "icon": icon, "url": "#", "count": count, "current": current}

    return [
        {"label": "", "entries": [entry(_("To do"), "inbox", 12, current=True), entry(_("Calendar"), "cal")]},
        {"label": _("Shared registers"), "entries": [entry(_("Schools"), "school")]},
    ]
