"""Pages of the office beside the generated ones: entering a letter, linking two, answering from a template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.identifiers import codes
from bureau.pages import tokens
from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import PageSet
from bureau.pages.views.act import ActView
from bureau.pages.views.base import PageView
from bureau.pages.views.forms import AddView, put_errors
from bureau.workflow.declare import Transition
from bureau.workflow.refusals import Invalid
from sections.office.letters import handling, placeholders, services
from sections.office.letters.handling_forms import LinkForm
from sections.office.letters.models import Letter
from sections.office.letters.receipts import qr_of


@method_decorator(never_cache, name="dispatch")
class EnterView(AddView):
    """A letter by post, visit or phone; the answer is the receipt. The same form again gives the same one."""

    @property
    def token(self) -> str:
        return "desk-" + tokens.read_token(self.request.POST.get("key", ""), self.principal, self.purpose)

    def save(self, form: PortalModelForm) -> Letter:
        values: dict[str, Any] = form.values()  # type: ignore[attr-defined]
        about = form.accused()  # type: ignore[attr-defined]
        # No check that it is within reach: one about whoever is above the clerk goes to the discipline unit.
        return services.enter_letter(values=values, token=self.token, by=self.principal, about=about).letter

    def done(self, record: Letter, is_new: bool) -> HttpResponse:
        self.template = "office/letters/entered.html"
        is_visible = self.pageset.queryset(self.principal, "view").filter(pk=record.pk).exists()
        return self.page(
            record.number,
            record=record,
            code=codes.grouped(services.receipt_code(self.token, record.code_digest)),
            qr=qr_of(record),
            detail_url=self.url("detail", record.pk) if is_visible else "",
            list_url=self.list_url,
            trail=self.trail(),
        )


class LetterActView(ActView):
    """Steps whose page helps more than the generated one: answering from a template, choosing the other letter."""

    template = "office/letters/act.html"

    def form(self, record: Any, step: Transition, data: Any = None, files: Any = None) -> Any:
        form = super().form(record, step, data, files)
        if step.name == "merge" and data is None:
            form.initial["other"] = self.request.GET.get("other", "")[:20]
        return form

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        if name == "draft" and "insert" in request.POST:
            return self.inserted(pk, name)
        return super().post(request, pk, name)

    def inserted(self, pk: int, name: str) -> HttpResponse:
        """The page again with the template below what was typed; nothing is saved yet."""
        record, step = self.record(pk, "draft"), self.step(name)
        form = self.form(record, step)
        typed = self.request.POST
        form.initial |= {field: typed[field] for field in form.fields if field in typed}
        chosen = typed.get("insert", "")
        template = next((one for one in self.templates(record) if str(one.pk) == chosen), None)
        if template is not None:
            parts = [typed.get("answer", "").strip(), placeholders.filled(template.text, record)]
            form.initial["answer"] = "\n\n".join(part for part in parts if part)
        seen = typed.get("seen", "")
        # What the person saw when the page was opened still decides whether somebody else was faster.
        record.version = int(seen) if seen.isascii() and seen.isdigit() else record.version
        return self.answer(record, step, form)

    def templates(self, record: Letter) -> list[Any]:
        return handling.templates_for(record, self.principal)

    def answer(
        self, record: Any, step: Transition, form: forms.BaseForm, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        templates = self.templates(record) if step.name == "draft" else []
        return super().answer(record, step, form, status=status, templates=templates, **context)


class LinkView(PageView):
    """Link this letter with another one of the office, or take the link away."""

    template = "pages/form.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self.record(pk, "register")
        initial = {"other": request.GET.get("other", "")[:20]}
        return self.shown(letter, LinkForm(principal=self.principal, initial=initial))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self.record(pk, "register")
        if "remove" in request.POST:
            return self.removed(letter, request.POST["remove"])
        form = LinkForm(request.POST, principal=self.principal)
        if not form.is_valid():
            return self.shown(letter, form, status=422)
        other, reason = form.cleaned_data["other"], form.cleaned_data["reason"]
        try:
            handling.link(letter=letter, other=other, reason=reason, by=self.principal)
        except Invalid as error:
            put_errors(form, error)
            return self.shown(letter, form, status=422)
        return self.back_to(letter, _("The letters are linked."))

    def removed(self, letter: Letter, pk: str) -> HttpResponse:
        known = pk.isascii() and pk.isdigit() and len(pk) < 19
        other = self.record(int(pk) if known else 0, "register")
        handling.unlink(letter=letter, other=other, by=self.principal)
        return self.back_to(letter, _("The link was removed."))

    def back_to(self, letter: Letter, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return HttpResponseRedirect(self.url("detail", letter.pk))

    def shown(self, letter: Letter, form: LinkForm, *, status: int = 200) -> HttpResponse:
        return self.page(
            _("Link with another letter"),
            status=status,
            form=form,
            trail=self.trail(letter),
            cancel_url=self.url("detail", letter.pk),
        )


def link_url(pageset: PageSet) -> URLPattern:
    view = require_http_methods(["GET", "POST"])(LinkView.as_view(pageset=pageset, workspace="desk"))
    return path("<int:pk>/link/", rule(Records("desk", "register", Letter))(view), name="letter_link")
