"""Hand-made shares of one record: who has which right until when; giving one, taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access import shares
from bureau.access.models import UserGrant
from bureau.access.services import may_on_the_ground
from bureau.accounts.models import User
from bureau.accounts.step_up import require_step_up
from bureau.charter.choices import VERB_LABELS
from bureau.pages.dates import DateInput
from bureau.pages.forms import PortalForm
from bureau.pages.views.base import PageView
from bureau.pages.views.forms import put_errors


class ShareForm(PortalForm):
    """`verbs`: what the giver may give away."""

    person = forms.CharField(
        label=gettext_lazy("Person"),
        max_length=60,
        help_text=gettext_lazy("User name, or the full name where nobody else has it."),
    )
    verb = forms.ChoiceField(
        label=gettext_lazy("Right"),
        help_text=gettext_lazy(
            "You can give away only what you may do yourself. To see the record comes with it."
        ),
    )
    until = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args: Any, verbs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [(verb, VERB_LABELS.get(verb, verb)) for verb in verbs]  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        return shares.person_called(self.cleaned_data["person"])


@dataclass(frozen=True)
class Line:
    """One share, in words."""

    row: UserGrant
    verb: str

    @property
    def days_left(self) -> int:
        return (self.row.until - timezone.localdate()).days


def line_of(row: UserGrant) -> Line:
    verb = shares.verb_of(row)
    return Line(row, str(VERB_LABELS.get(verb, verb)))


class SharesView(PageView):
    """…/shares/ on the desk. Whoever writes here proves first who sits at the desk."""

    template = "pages/shares.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch
        return (
            require_step_up(answer)(request, *args, **kwargs)
            if request.method == "POST"
            else answer(request, *args, **kwargs)
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.check(pk)
        return self.answer(record, self.build(record))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.check(pk)
        if "share" in request.POST:
            return self.taken_back(record, request.POST["share"])
        form = self.build(record, request.POST)
        if not form.is_valid():
            return self.answer(record, form, status=422)
        given = form.cleaned_data
        try:
            row = shares.share(
                record,
                to=given["person"],
                verb=given["verb"],
                until=given["until"],
                reason=given["reason"],
                by=self.principal,
            )
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
            return self.answer(record, form, status=422)
        except ValidationError as error:
            put_errors(form, error)
            return self.answer(record, form, status=422)
        messages.success(request, _("Shared with %(name)s.") % {"name": row.user})
        return HttpResponseRedirect(self.url("shares", pk))

    def check(self, pk: int) -> Any:
        record = self.record(pk)
        decision = may_on_the_ground(self.principal, "shares.manage")
        if not decision:
            raise PermissionDenied(decision.reason)
        return record

    def build(self, record: Any, data: Any = None) -> ShareForm:
        return ShareForm(data, verbs=shares.shareable_verbs(record, self.principal), principal=self.principal)

    def taken_back(self, record: Any, key: str) -> HttpResponse:
        row = next((one for one in shares.shares_of(record) if str(one.pk) == key), None)
        if row is None:
            raise Http404
        shares.take_back(row, by=self.principal)
        messages.success(self.request, _("%(name)s no longer has this right by hand.") % {"name": row.user})
        return HttpResponseRedirect(self.url("shares", record.pk))

    def answer(self, record: Any, form: ShareForm, *, status: int = 200) -> HttpResponse:
        return self.page(
            _("Shares by hand"),
            status=status,
            record=record,
            record_title=self.pageset.title(record),
            form=form,
            lines=[line_of(row) for row in shares.shares_of(record)],
            trail=self.trail(record),
            cancel_url=self.url("detail", record.pk),
        )
