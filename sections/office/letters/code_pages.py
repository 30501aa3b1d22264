"""Pages behind a code: going on with a saved letter, and a new code for who lost that of a sent one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Open, rule
from bureau.accounts.limits import give_all_back, spend_all
from bureau.notices.selectors import sms_available
from sections.office.letters import drafts, gate, lost_codes
from sections.office.letters.writer_forms import LostCodeForm, ResumeForm
from sections.office.letters.writing import Draft
from sections.office.letters.writing_pages import show_step


@rule(Open())
@never_cache
@require_http_methods(["GET", "POST"])
def letter_resume(request: HttpRequest) -> HttpResponse:
    """The code opens the letter where it was left; every wrong one gets the same sentence."""
    if request.method != "POST":
        return _resume(request, ResumeForm())
    form = ResumeForm(request.POST)
    if not form.is_valid():
        return _resume(request, form, 422)
    tolls = gate.tolls_of_resuming(request)
    wait = spend_all(*tolls)
    if wait:
        form.add_error(None, _("This was tried too often. Please wait an hour, or call us."))
        return gate.asked_to_wait(_resume(request, form), wait)
    content = drafts.saved_content(form.cleaned_data["code"])
    if content is None:
        form.add_error(
            None, _("No letter is kept under this code. It may have been sent, or its days are over.")
        )
        return _resume(request, form, 422)
    give_all_back(*tolls)  # only wrong codes count
    draft = Draft.restored(content)
    step = draft.first_open_step()
    return show_step(request, draft, step, bound=False)


def _resume(request: HttpRequest, form: ResumeForm, status: int = 200) -> HttpResponse:
    return render(request, "public/letters/resume.html", {"form": form}, status=status)


@rule(Open())
@never_cache
@require_http_methods(["GET", "POST"])
def letter_code(request: HttpRequest) -> HttpResponse:
    """A new code goes to the telephone that stands in the letter and nowhere else.

    The answer is the same whether number and telephone belong together: nobody learns here who wrote.
    """
    form = LostCodeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "can_have_new_code": sms_available()}
    if request.method != "POST" or not sms_available():
        return render(request, "public/letters/code.html", context)
    if not form.is_valid():
        return render(request, "public/letters/code.html", context, status=422)
    wait = gate.pay_for_new_code(request, form.cleaned_data["number"])
    if wait:
        form.add_error(None, _("This was tried too often. Please wait a day, or call us."))
        return gate.asked_to_wait(render(request, "public/letters/code.html", context), wait)
    lost_codes.ask_for_code(form.cleaned_data["number"], form.cleaned_data["phone"])
    return render(request, "public/letters/code.html", {**context, "is_asked": True})
