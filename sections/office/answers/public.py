"""Public answers: list, search, one answer, feed. Nobody is asked who looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.public import errors, lists
from bureau.public.blocks import block
from bureau.public.publishing import PublicKind, in_language, register
from bureau.public.selectors import bureau_name
from bureau.public.site import Channel, Task, mount
from sections.office.answers import selectors
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.choices import Kind

FILTERS = ("unit", "kind", "month")
WITHDRAWN = errors.Fault(
    _("This answer was withdrawn"),
    _("The bureau has taken this answer back. It is no longer public."),
    _("Other public answers stand in the list."),
)
View = Callable[..., HttpResponse]


def shortly_kept(view: View) -> View:
    """Caches may keep the page for ANSWERS_CACHE_SECONDS, so a withdrawn answer is gone from them in a minute."""

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        if response.status_code == 200:
            patch_cache_control(
                response, max_age=min(settings.ANSWERS_CACHE_SECONDS, 60), must_revalidate=True
            )
        return response

    return kept


@rule(Open())
@require_safe
@shortly_kept
def answer_list(request: HttpRequest) -> HttpResponse:
    """Word search and filters; a plain GET form."""
    text = request.GET.get("q", "")[: selectors.LONGEST_QUERY].replace("\x00", "")
    chosen = {name: request.GET.get(name, "").replace("\x00", "")[:40] for name in FILTERS}
    rows = selectors.found_answers(
        text, unit=chosen["unit"], kind=chosen["kind"], month=_month(chosen["month"])
    )
    page = Paginator(rows, selectors.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "q": text,
        "page": page,
        "answers": page.object_list,
        "selects": _selects(chosen),
        "is_filtered": bool(text or any(chosen.values())),
        "pages": lists.pages(page, {"q": text, **chosen}),
    }
    return render(request, "public/answers/list.html", context)


@rule(Open())
@require_safe
@shortly_kept
def answer_page(request: HttpRequest, number: str) -> HttpResponse:
    found = selectors.public_answers().filter(number=number).first()
    if found is not None:
        return render(request, "public/answers/detail.html", {"answer": found})
    if permitted(PUBLIC, "miss", PublishedAnswer).filter(number=number).exists():
        return errors.page(request, 410, fault=WITHDRAWN)
    raise Http404


@rule(Open())
@require_safe
@shortly_kept
def answer_feed(request: HttpRequest) -> HttpResponse:
    """The newest answers as Atom."""
    here = settings.PUBLIC_URL
    feed = Atom1Feed(
        title=f"{bureau_name()} – {_t('Public answers')}",
        link=here + reverse("public:answer_list"),
        description="",
        language=get_language(),
        feed_url=here + reverse("public:answer_feed"),
    )
    for one in selectors.public_answers()[: selectors.NEWEST]:
        day = _start_of(one.published_on)
        feed.add_item(
            title=one.title,
            link=here + reverse("public:answer_page", args=[one.number]),
            description=one.answer,
            pubdate=day,
            updateddate=day,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _month(text: str) -> date | None:
    """2026-11; anything else is no month."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return None


def _selects(chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The filters: name, label, choices with the one that is set."""
    offered: dict[str, tuple[Any, Any, list[tuple[str, Any]]]] = {
        "unit": (
            _("Section"),
            _("All sections"),
            [(unit.key, unit.label) for unit in selectors.sections_with_answers()],
        ),
        "kind": (_("Kind"), _("All kinds"), list(Kind.choices)),
        "month": (
            _("Month"),
            _("All months"),
            [
                (f"{day:%Y-%m}", date_format(day, "YEAR_MONTH_FORMAT"))
                for day in selectors.months_with_answers()
            ],
        ),
    }
    return lists.selects(offered, chosen)


urlpatterns = [
    path("", answer_list, name="answer_list"),
    path("feed/", answer_feed, name="answer_feed"),
    path("<str:number>/", answer_page, name="answer_page"),
]
mount(
    "answers/",
    urlpatterns,
    channel=Channel(_("Public answers"), 55, "answer_list"),
    tasks=(
        Task(
            _("Read public answers"), _("What others asked, and what we answered"), "chat", "answer_list", 60
        ),
    ),
)


def _newest() -> dict[str, Any] | None:
    """What the home page shows."""
    answers = list(selectors.public_answers()[:4])
    return {"answers": answers} if answers else None


block("answers", _newest, "office.publishedanswer")
register(
    PublicKind(
        PublishedAnswer,
        label=_("Public answers"),
        address=lambda answer, language: in_language("answer_page", language, answer.number),
        title=lambda answer, language: answer.title if language == "zh-hans" else "",
        summary=lambda answer, language: Truncator(answer.answer).chars(150) if language == "zh-hans" else "",
        body=lambda answer, language: f"{answer.question}\n{answer.answer}" if language == "zh-hans" else "",
        date=lambda answer: _start_of(answer.published_on),
        numbers=lambda answer: [answer.number],
        feed=True,
        rank=60,
    )
)
