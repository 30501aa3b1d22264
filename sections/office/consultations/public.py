"""Consultations as everybody reads them: list, draft, form, receipt, what became of an opinion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts import sender
from bureau.accounts.limits import Toll
from bureau.accounts.principals import PUBLIC, Holder
from bureau.charter.models import local
from bureau.files.inspection import public_text
from bureau.files.models import Attachment
from bureau.identifiers import codes
from bureau.public import errors, gate, lists
from bureau.public.kept import kept, relies_on
from bureau.public.publishing import PublicKind, in_language, register
from bureau.public.site import Channel, Task, mount
from bureau.public.site_tags import Tags
from bureau.public.tickets import Ticket
from bureau.public.trackers import Tracker
from bureau.public.trackers import register as register_tracker
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Refusal
from sections.office.consultations import home, opinions, own_data, selectors  # noqa: F401 – the home page, what senders may fetch
from sections.office.consultations.choices import OpinionStatus, Status
from sections.office.consultations.enclosing import ENCLOSURES
from sections.office.consultations.forms import OpinionForm
from sections.office.consultations.models import Consultation, Opinion

KIND, FILES = "office.consultation", "files.attachment"
SALT = "consultations.opinion"
DAY = timedelta(days=1)
STATES = (("open", _("Open for comment")), ("closed", _("Being considered")), ("concluded", _("With result")))


# -- reading ------------------------------------------------------------------------------------------------


@rule(Open())
@require_safe
@kept("state", "page")
def consultation_list(request: HttpRequest) -> HttpResponse:
    relies_on(request, KIND)
    state = request.GET.get("state", "")
    page = Paginator(selectors.found_consultations(state), selectors.PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "consultations": page.object_list,
        "states": [(value, label, value == state) for value, label in STATES],
        "state": state,
        "pages": lists.pages(page, {"state": state}),
    }
    return render(request, "public/consultations/list.html", context)


@rule(Open())
@require_safe
@kept()
def consultation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, why it is made, until when one may write; afterwards the result. Withdrawn: 410 with the reason."""
    relies_on(request, KIND, "office.policydocument", FILES)
    found = selectors.public_consultations().select_related("result_document").filter(pk=pk).first()
    if found is None:
        return _gone(request, pk)
    document = found.result_document
    context = {
        "consultation": found,
        "site_tags": _tags(found),
        "files": selectors.files(found),
        "points": selectors.public_points(found),
        "document": document
        if document and permitted(PUBLIC, "view", type(document)).filter(pk=document.pk)
        else None,
    }
    return render(request, "public/consultations/detail.html", context)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    found = permitted(PUBLIC, "miss", Consultation).filter(pk=pk).first()
    if found is None:
        raise Http404
    fault = errors.Fault(
        _("This consultation was withdrawn"),
        _("The bureau has taken it back. It is no longer public."),
        _("Other consultations stand in the list."),
    )
    return errors.page(
        request, 410, fault=fault, reason=local(found.withdrawn_reason_zh, found.withdrawn_reason)
    )


def _tags(found: Consultation) -> Tags:
    return {
        "ColumnName": str(_("Consultations")),
        "ColumnType": str(_("Consultations")),
        "ArticleTitle": found.label,
        "PubDate": timezone.localtime(found.published_at).strftime("%Y-%m-%d %H:%M"),
        "ContentSource": local(found.owner.name_zh, found.owner.name),
        "Url": f"{settings.PUBLIC_URL}{reverse('public:consultation', args=[found.pk])}",
    }


# -- writing ------------------------------------------------------------------------------------------------


@rule(Open())
@never_cache
@require_http_methods(["GET", "POST"])
def opinion_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One page; nothing is stored before it is sent, and nothing typed is lost when it is refused."""
    found = selectors.public_consultations().filter(pk=pk).first()
    if found is None:
        return _gone(request, pk)
    if request.method == "GET":
        return _form(request, found, OpinionForm())
    form, ticket = OpinionForm(request.POST), Ticket.read(request.POST.get("ticket", ""), SALT)
    page = _files_first(request, found, ticket) if ticket is not None else None
    if page is not None:
        return page
    if not form.is_valid():
        return _form(request, found, form, ticket, status=422)
    if ticket is None:
        stale = _now("This form was open for too long. Nothing was sent yet: send it again.")
        return _form(request, found, form, sentence=stale, status=422)
    refused = gate.why_not_sent(request, ticket.began, settings.LETTERS_MIN_SECONDS)
    if refused:
        return _form(request, found, form, ticket, sentence=refused, status=422)
    wait = _pay(request, form.cleaned_data["phone"], ticket.token)
    if wait:
        many = _now("Too much was sent within a short time. Wait a few minutes, then send again.")
        return gate.asked_to_wait(_form(request, found, form, ticket, sentence=many), wait)
    return _send(request, found, form, ticket)


def _files_first(request: HttpRequest, found: Consultation, ticket: Ticket) -> HttpResponse | None:
    def page(refused: list[str], status: int) -> HttpResponse:
        typed = OpinionForm(initial=request.POST.dict())
        return _form(request, found, typed, ticket, file_errors=refused, status=status)

    return ENCLOSURES.files_first(request, ticket.token, page)


def _pay(request: HttpRequest, phone: str, token: str) -> timedelta:
    """As for letters: per network, per telephone number, and all senders together."""
    window = timedelta(minutes=settings.LETTERS_WINDOW_MINUTES)
    contact = [Toll("opinions.contact", phone, settings.LETTERS_PER_CONTACT, DAY)] if phone else []
    return gate.pay_once(
        "opinions.form",
        token,
        DAY,
        Toll("opinions.sender", sender.network(request), settings.LETTERS_PER_SENDER, window),
        *contact,
        Toll("opinions.all", "", settings.LETTERS_GLOBAL, window),
    )


def _send(request: HttpRequest, found: Consultation, form: OpinionForm, ticket: Ticket) -> HttpResponse:
    try:
        receipt = opinions.send_opinion(consultation=found, values=form.cleaned_data, token=ticket.token)
    except Refusal as refusal:
        return _form(request, found, form, ticket, sentence=str(refusal.sentence), status=422)
    context = {
        "consultation": found,
        "opinion": receipt.opinion,
        "code": codes.grouped(receipt.code),
        "is_changed": receipt.opinion.body != form.cleaned_data["body"]
        or bool(ENCLOSURES.enclosed(ticket.token)),
        "file_count": Attachment.objects.of(receipt.opinion).in_force().count(),
    }
    return render(request, "public/consultations/receipt.html", context)


def _form(
    request: HttpRequest,
    found: Consultation,
    form: OpinionForm,
    ticket: Ticket | None = None,
    *,
    sentence: str = "",
    file_errors: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    ticket = ticket or Ticket.new(SALT)
    context: dict[str, Any] = {
        "consultation": found,
        "form": form,
        "ticket": ticket.signed(),
        "sentence": sentence,
        "lure": gate.LURE,
        "hours": settings.LETTERS_UNSAVED_HOURS,
        **ENCLOSURES.context(ticket.token, file_errors),
    }
    return render(request, "public/consultations/opinion.html", context, status=status)


# -- following ----------------------------------------------------------------------------------------------


def opinion_status(request: HttpRequest, holder: Holder) -> HttpResponse:
    """One's own words, and once the result is out what became of them and why."""
    opinion = permitted(holder, "view", Opinion).select_related("consultation", "group").get(pk=holder.pk)
    is_over = opinion.consultation.status == Status.CONCLUDED
    context = {
        "opinion": opinion,
        "consultation": opinion.consultation,
        "is_public": selectors.public_consultations().filter(pk=opinion.consultation_id).exists(),
        "point": opinion.group if is_over else None,
        "file_count": Attachment.objects.of(opinion).in_force().count(),
        "set_aside": _why_set_aside(opinion) if opinion.status == OpinionStatus.SET_ASIDE else "",
    }
    return render(request, "public/consultations/status.html", context)


def _why_set_aside(opinion: Opinion) -> str:
    lines = HistoryEntry.objects.filter(kind=opinion._meta.label_lower, object_id=opinion.pk)
    last = lines.filter(transition="set_aside").order_by("pk").last()
    return last.reason if last else ""


def _find(number: str) -> Opinion | None:
    digits = codes.normalise(number).removeprefix("Y")
    return Opinion.objects.filter(number=f"Y{digits[:4]}-{digits[4:]}").first()


def _check(opinion: Model, code: str) -> bool:
    return codes.opens(opinions.CODE_PURPOSE, code, opinion)


register_tracker(
    Tracker(
        prefix="Y",
        find=_find,
        check=_check,
        page=opinion_status,
        decoy=lambda code: codes.digest(opinions.CODE_PURPOSE, code),
    )
)


def _body(found: Consultation, language: str) -> str:
    if language == "en":
        return f"{found.body}\n{found.explanation}\n{found.result}"
    return "\n".join((found.body_zh, found.explanation_zh, found.result_zh, public_text(found)))


register(
    PublicKind(
        Consultation,
        label=_("Consultations"),
        address=lambda found, language: in_language("consultation", language, found.pk),
        title=lambda found, language: found.title_zh if language == "zh-hans" else found.title,
        summary=lambda found, language: found.summary_zh if language == "zh-hans" else found.summary,
        body=_body,
        date=lambda found: found.published_at,
        feed=True,
        rank=35,
    )
)
mount(
    "consultations/",
    [
        path("", consultation_list, name="consultation_list"),
        path("<int:pk>/", consultation_page, name="consultation"),
        path("<int:pk>/opinion/", opinion_new, name="opinion_new"),
    ],
    channel=Channel(_("Consultations"), 60, "consultation_list"),
    tasks=(
        Task(
            _("Give an opinion on a draft"),
            _("Rules and plans that are open for comment"),
            "chat",
            "consultation_list",
            order=60,
        ),
    ),
)
