"""The pages on which a letter is written, step by step, without an account and without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bureau.access.views import Open, rule
from bureau.deadlines import selectors as deadlines
from bureau.files import uploads
from bureau.files.names import clean_name
from bureau.files.refusals import FileRefused
from bureau.files.storage import FULL
from bureau.identifiers import codes
from bureau.notices.selectors import sms_available
from bureau.public.addresses import inside
from bureau.workflow import services as workflow
from sections.office.answers.selectors import likely_answers
from sections.office.letters import drafts, enclosures, gate, help_lines, services
from sections.office.letters.choices import Kind
from sections.office.letters.forms import KindForm
from sections.office.letters.receipts import qr_of
from sections.office.letters.writing import CALLS, CHECK, CHILD, LIKELY, PATHS, Draft

NO_WAIT = timedelta(0)
INSUFFICIENT_STORAGE = 507
# Why a letter is begun from a page: its subject and first line.
REASONS = {
    "error": (gettext_lazy("Error on a page of this site"), gettext_lazy("This page has an error:")),
    "objection": (gettext_lazy("Objection to a public notice"), gettext_lazy("I object to this notice:")),
}


@rule(Open())
@never_cache
@require_http_methods(["GET", "POST"])
def letter_new(request: HttpRequest) -> HttpResponse:
    """One step at a time; each answer carries all before it in a signed field."""
    begun = request.POST.get("begin", "")
    if begun in PATHS:  # from the page with the numbers to call
        draft = Draft.new(begun, urgent=True)
        return show_step(request, draft, draft.order[0])
    if request.method != "POST":
        draft = Draft.new()
        draft.begun_with = _about(request)
        return show_step(request, draft, "kind")
    found = Draft.read(request.POST.get("draft", ""))
    return _answer(request, found) if found else show_step(request, Draft.new(), "kind", lost=True)


def _about(request: HttpRequest) -> dict[str, dict[str, str]]:
    """The letter begins with the page that it is about: ?why=error&about=/zh/news/12/."""
    page = inside(request, request.GET.get("about", "")[:300], otherwise="")
    why = REASONS.get(request.GET.get("why", ""))
    if not page or why is None:
        return {}
    title, sentence = why
    return {"text": {"title": str(title), "body": f"{sentence}\n{settings.PUBLIC_URL}{page}\n\n"}}


@rule(Open())
@never_cache
@require_safe
def letter_child(request: HttpRequest) -> HttpResponse:
    """The short form in plain words."""
    return show_step(request, Draft.new(CHILD), "told")


@rule(Open())
@never_cache
@require_safe
def letter_urgent(request: HttpRequest) -> HttpResponse:
    """Somebody may come to harm: first whom to call, then the letter."""
    return render(request, "public/letters/urgent.html", {"lines": help_lines.help_lines()})


def _answer(request: HttpRequest, draft: Draft) -> HttpResponse:
    step, asked = request.POST.get("step", ""), request.POST.get("go", "")
    if step in draft.steps:
        draft.keep(step, request.POST)
    if draft.answers.get("kind", {}).get("kind") == KindForm.REPORT:
        return redirect("public:letter_report")
    if asked.startswith("remove-"):
        return _remove(request, draft, asked.removeprefix("remove-"))
    refused, wait = _take_files(request, draft)
    if refused:
        return _refuse_files(request, draft, refused, wait)
    if asked in ACTS:
        return ACTS[asked](request, draft)
    if asked in draft.steps:
        return show_step(request, draft, asked, bound=False)
    if step in draft.steps and not draft.form(step).is_valid():
        return show_step(request, draft, step)
    return _go_on(request, draft)


def _go_on(request: HttpRequest, draft: Draft) -> HttpResponse:
    if draft.wants_calls():
        draft.seen.append(CALLS)
        lines = help_lines.for_children() if draft.is_by_child else help_lines.help_lines()
        return render(request, "public/letters/calls.html", {"draft": draft.signed(), "lines": lines})
    likely = _likely_answers(draft)
    if likely:
        draft.seen.append(LIKELY)
        context = {"draft": draft.signed(), "likely": likely, "is_child": draft.is_by_child}
        return render(request, "public/letters/likely.html", context)
    following = draft.first_open_step()
    return show_step(request, draft, following, bound=following in draft.answers)


def _likely_answers(draft: Draft) -> list[Any]:
    """Published answers that may already say what the writer asks; once, and never before an urgent letter."""
    form = draft.form(draft.text_step)
    if LIKELY in draft.seen or draft.is_urgent or not form.is_valid():
        return []
    text = f"{form.cleaned_data.get('title', '')} {form.cleaned_data['body']}"
    return list(likely_answers(text, limit=3))


def show_step(
    request: HttpRequest,
    draft: Draft,
    step: str,
    *,
    bound: bool = True,
    lost: bool = False,
    sentence: str = "",
    file_errors: tuple[str, ...] = (),
) -> HttpResponse:
    place = draft.order.index(step)
    context: dict[str, Any] = {
        "draft": draft.signed(),
        "step": step,
        "is_child": draft.is_by_child,
        "position": place + 1,
        "of": len(draft.order),
        "previous": draft.order[place - 1] if place else "",
        "lost": lost,
        "sentence": sentence,
        "lure": gate.LURE,
    }
    if step in (draft.text_step, CHECK):
        context |= _files(draft, file_errors)
    if step == "told":
        context["lines"] = help_lines.for_children()
    if step == CHECK:
        answers = draft.cleaned()
        context |= {"answers": answers, "kind": Kind(answers["kind"]).label, "is_urgent": draft.is_urgent}
    else:
        context["form"] = draft.form(step) if bound else draft.blank_form(step)
    status = 422 if _is_wrong(context) else 200
    return render(request, "public/letters/new.html", context, status=status)


def _is_wrong(context: dict[str, Any]) -> bool:
    form = context.get("form")
    is_refused = context["sentence"] or context.get("file_errors")
    return bool(is_refused or (form is not None and form.is_bound and form.errors))


# -- files ------------------------------------------------------------------------------------------------


def _files(draft: Draft, errors: tuple[str, ...]) -> dict[str, Any]:
    files = enclosures.enclosed(draft.token)
    return {
        "files": files,
        "file_errors": errors,
        "files_left": settings.LETTERS_FILES - len(files),
        "most_files": settings.LETTERS_FILES,
        "most_mb": settings.LETTERS_FILE_MB,
        "accept": ",".join(f".{file_type}" for file_type in enclosures.TYPES),
        "types": ", ".join(enclosures.TYPES),
    }


def _take_files(request: HttpRequest, draft: Draft) -> tuple[list[str], timedelta]:
    """Every file that the request brings; what was refused, each with a sentence, and how long to wait."""
    refused: list[str] = [str(FULL)] if uploads.has_no_room(request) else []
    for upload in request.FILES.getlist("files"):
        wait = gate.pay_for_file(request)
        if wait:
            return [
                *refused,
                _("Many files came from your connection. Wait a few minutes, then go on."),
            ], wait
        try:
            enclosures.enclose(draft.token, upload)
        except FileRefused as refusal:
            name = clean_name(upload.name or "")
            refused.append(_("“%(name)s”: %(sentence)s") % {"name": name, "sentence": refusal.sentence})
    return refused, NO_WAIT


def _refuse_files(request: HttpRequest, draft: Draft, errors: list[str], wait: timedelta) -> HttpResponse:
    """The page on which files are added comes back; what was typed and what was taken stays."""
    page = show_step(request, draft, draft.text_step, bound=False, file_errors=tuple(errors))
    return gate.asked_to_wait(page, wait) if wait else page


def _remove(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    if key.isdecimal() and len(key) < 19:
        enclosures.remove_file(draft.token, int(key))
    return show_step(request, draft, draft.text_step, bound=False)


def _attach(request: HttpRequest, draft: Draft) -> HttpResponse:
    return show_step(request, draft, draft.text_step, bound=False)


# -- saving and sending -----------------------------------------------------------------------------------


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep what was typed under a code of its own. Nothing of it is ever in an address."""
    wait = gate.pay_for_saving(request)
    if wait:
        return _ask_to_wait(request, draft, wait, again="save")
    row, code = drafts.save_draft(draft.token, draft.content())
    context = {"draft": draft.signed(), "code": codes.grouped(code, 4), "kept_until": row.kept_until}
    return render(request, "public/letters/saved.html", context)


def _give_up(request: HttpRequest, draft: Draft) -> HttpResponse:
    drafts.delete_draft(draft.token)
    return render(request, "public/letters/given_up.html")


def _answered(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A published answer was enough: nothing is sent, and nothing of it is kept."""
    drafts.delete_draft(draft.token)
    return render(request, "public/letters/answered.html")


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    step = draft.first_open_step()
    if step != CHECK:
        return show_step(request, draft, step)
    sentence = gate.why_not_sent(request, draft.began)
    if sentence:
        return show_step(request, draft, CHECK, sentence=sentence)
    answers = draft.cleaned()
    wait = gate.pay_for_letter(request, answers["phone"], draft.token)
    if wait:
        return _ask_to_wait(request, draft, wait, again="send")
    try:
        receipt = services.send_letter(
            kind=answers["kind"],
            title=answers["title"],
            body=answers["body"],
            name=answers["name"],
            phone=answers["phone"],
            email=answers["email"],
            school=answers["school"],
            is_by_child=draft.is_by_child,
            is_urgent=draft.is_urgent,
            may_be_published=answers["may_be_published"],
            token=draft.token,
        )
    except workflow.Refusal as refusal:
        return show_step(request, draft, CHECK, sentence=str(refusal.sentence))
    is_changed = receipt.letter.body != answers["body"] or drafts.row_of(draft.token) is not None
    return _receipt(request, receipt, is_changed=is_changed)


def _ask_to_wait(request: HttpRequest, draft: Draft, wait: timedelta, *, again: str) -> HttpResponse:
    context = {"draft": draft.signed(), "again": again}
    return gate.asked_to_wait(render(request, "public/letters/too_many.html", context), wait)


def _receipt(request: HttpRequest, receipt: services.Receipt, *, is_changed: bool) -> HttpResponse:
    letter = receipt.letter
    return render(
        request,
        "public/letters/receipt.html",
        {
            "number": letter.number,
            "code": codes.grouped(receipt.code),
            "qr": qr_of(letter),
            "clocks": deadlines.clocks_of(letter),
            "received_on": letter.received_on,
            "is_changed": is_changed,
            "is_child": letter.is_by_child,
            "can_have_new_code": bool(letter.sender_phone) and sms_available(),
            "file_count": len(enclosures.with_names(letter)),
            "lines": help_lines.help_lines() if letter.is_urgent else (),
        },
    )


ACTS = {"attach": _attach, "answered": _answered, "save": _save, "give_up": _give_up, "send": _send}
