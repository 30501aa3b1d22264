"""/{lang}/your-data/: who proved number and code sees what is held, takes a copy along, asks for more.

Number and code stand on a receipt that somebody else may find. The copy with name and telephone is therefore given
to who types the telephone number of the record as well; the page itself shows neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_cookie

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts import sender
from bureau.accounts.limits import Toll, give_all_back, spend_all
from bureau.accounts.principals import Holder
from bureau.identifiers import phones
from bureau.public.gate import asked_to_wait
from bureau.public.tracking import tracked
from bureau.registry import Registry
from bureau.workflow.refusals import Refusal

HOUR: Final = timedelta(hours=1)


def _nothing_against(record: Any, holder: Holder) -> str:
    return ""


@dataclass(frozen=True)
class OwnData:
    """What a kind of record offers to who sent it.

    `phone`: the telephone number in the record, "" where there is none: then no copy leaves.
    `held`: the copy, ready for JSON. `kept`: until when it is kept, in a sentence.
    `agreed`: the agreement with a privacy text (`text.valid_from`, `text.pk`) or None.
    `form`, `why_not_asked`, `ask`: a request for correction or deletion; `ask` raises Refusal. `promise`: what may
    come of it, in a sentence above the form.
    `requests`: those made so far.
    """

    model: type[Model]
    phone: Callable[[Any], str]
    held: Callable[[Any, Holder], Mapping[str, Any]]
    kept: Callable[[Any], str]
    agreed: Callable[[Any], Any]
    requests: Callable[[Any], Iterable[Any]] = lambda record: ()
    form: type[forms.Form] | None = None
    promise: str | Promise = ""
    why_not_asked: Callable[[Any, Holder], str] = _nothing_against
    ask: Callable[[Any, Holder, Mapping[str, Any]], None] | None = None


OWN_DATA: Registry[OwnData] = Registry("own data")


def register(entry: OwnData) -> OwnData:
    return OWN_DATA.add(entry.model._meta.label_lower, entry)


class CopyForm(forms.Form):
    use_required_attribute = False

    phone = forms.CharField(
        label=_("The phone number that you gave when you wrote"),
        help_text=_("So that nobody who only finds your receipt gets your data."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Type the phone number that you gave when you wrote.")},
    )


@dataclass(frozen=True)
class _Page:
    """One visit: whose record it is, and what stands on the page."""

    request: HttpRequest
    entry: OwnData
    record: Any
    holder: Holder

    def shown(self, status: int = 200, **more: Any) -> HttpResponse:
        entry, record = self.entry, self.record
        refusal = entry.why_not_asked(record, self.holder)
        context = {
            "record": record,
            "kept": entry.kept(record),
            "agreed": entry.agreed(record),
            "requests": entry.requests(record),
            "can_have_copy": bool(entry.phone(record)),
            "copy_form": CopyForm(auto_id="id_copy_%s"),
            "ask_form": entry.form(auto_id="id_ask_%s") if entry.form and not refusal else None,
            "promise": entry.promise,
            "cannot_ask": refusal,
        }
        return render(self.request, "public/own_data.html", context | more, status=status)


@rule(Open())
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True, private=True)
@vary_on_cookie
def own_data(request: HttpRequest) -> HttpResponse:
    """For who opened a record in this browser in the last half hour; everybody else is asked for number and code."""
    found = tracked(request)
    entry = OWN_DATA.get(found[1].kind) if found else None
    if found is None or entry is None:
        return redirect("public:track")
    holder = found[1]
    record = permitted(holder, "view", entry.model).filter(pk=holder.pk).first()
    if record is None:
        return redirect("public:track")
    page = _Page(request, entry, record, holder)
    if request.method == "POST":
        return _ask(page) if request.POST.get("act") == "ask" else _copy(page)
    return page.shown()


def _copy(page: _Page) -> HttpResponse:
    """The whole of it as a file that machines read. Tries are counted, since a telephone number can be guessed."""
    form = CopyForm(page.request.POST, auto_id="id_copy_%s")
    phone = page.entry.phone(page.record)
    if not form.is_valid() or not phone:
        return page.shown(422, copy_form=form)
    tolls = (
        Toll("own_data.record", f"{page.holder.kind}:{page.holder.pk}", settings.OWN_DATA_TRIES, HOUR),
        Toll("own_data.sender", sender.network(page.request), settings.TRACK_TRIES_PER_SENDER, HOUR),
    )
    wait = spend_all(*tolls)
    if wait:
        form.add_error(None, _now("This was tried too often. Please wait an hour, or call us."))
        return asked_to_wait(page.shown(copy_form=form), wait)
    typed = phones.normalise(form.cleaned_data["phone"])
    if not compare_digest(typed.encode(), phones.normalise(phone).encode()):
        form.add_error("phone", _now("This is not the phone number that stands in the record."))
        return page.shown(422, copy_form=form)
    give_all_back(*tolls)
    content = json.dumps(
        page.entry.held(page.record, page.holder), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2
    )
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="data-{page.record.number}.json"'
    return response


def _ask(page: _Page) -> HttpResponse:
    if page.entry.form is None or page.entry.ask is None:
        return page.shown(422)
    form = page.entry.form(page.request.POST, auto_id="id_ask_%s")
    if not form.is_valid():
        return page.shown(422, ask_form=form)
    try:
        page.entry.ask(page.record, page.holder, form.cleaned_data)
    except Refusal as refusal:
        return page.shown(422, sentence=str(refusal.sentence))
    return redirect("public:own_data")
