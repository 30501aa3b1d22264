"""Policy documents as everybody reads them: list with filters, one document with its index block."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.charter.models import local
from bureau.files.inspection import public_text
from bureau.public import errors, lists
from bureau.public.kept import kept, relies_on
from bureau.public.publishing import PublicKind, in_language, register
from bureau.public.site import Channel, Task, mount
from bureau.public.site_tags import Tags
from sections.office.policies import home, selectors  # noqa: F401 – the block of the home page
from sections.office.policies.choices import Validity
from sections.office.policies.models import PolicyDocument

KIND, ARTICLES, FILES = "office.policydocument", "office.article", "files.attachment"
FILTERS = ("topic", "year", "validity", "issuer")
LONGEST_QUERY = 60
COLUMN = "policy"


@rule(Open())
@require_safe
@kept("q", "page", *FILTERS)
def document_list(request: HttpRequest) -> HttpResponse:
    """By words, topic, year, validity and issuing body; a plain GET form."""
    relies_on(request, KIND)
    text = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "").strip()
    chosen = {name: request.GET.get(name, "").replace("\x00", "")[:40] for name in FILTERS}
    rows = selectors.found_documents(text, **chosen)
    page = Paginator(rows, selectors.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "q": text,
        "page": page,
        "documents": page.object_list,
        "selects": lists.selects(_offered(), chosen),
        "is_filtered": bool(text or any(chosen.values())),
        "pages": lists.pages(page, {"q": text, **chosen}),
    }
    return render(request, "public/policies/list.html", context)


def _offered() -> lists.Offered:
    return {
        "topic": (_("Topic"), _("All topics"), [(one.key, one) for one in selectors.codes_in_use("topic")]),
        "year": (_("Year"), _("All years"), [(year, year) for year in selectors.years()]),
        "validity": (_("Validity"), _("All"), Validity.choices),
        "issuer": (
            _("Issuing body"),
            _("All bodies"),
            [(one.key, one) for one in selectors.codes_in_use("issuer")],
        ),
    }


@rule(Open())
@require_safe
@kept()
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One document. A withdrawn one is 410 with the reason."""
    relies_on(request, KIND, ARTICLES, FILES)
    document = selectors.public_documents().select_related("owner").filter(pk=pk).first()
    if document is None:
        return _gone(request, pk)
    context = {
        "document": document,
        "site_tags": _tags(document),
        "files": selectors.files(document),
        "others": selectors.neighbours(document),
    }
    return render(request, "public/policies/detail.html", context)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    document = permitted(PUBLIC, "miss", PolicyDocument).filter(pk=pk).first()
    if document is None:
        raise Http404
    fault = errors.Fault(
        _("This document was withdrawn"),
        _("The bureau has taken it back. It is no longer public."),
        _("What is public now stands in the list of policy documents."),
    )
    reason = local(document.withdrawn_reason_zh, document.withdrawn_reason)
    return errors.page(request, 410, fault=fault, reason=reason)


def _tags(document: PolicyDocument) -> Tags:
    return {
        "ColumnName": str(_("Policy documents")),
        "ColumnType": str(_("Policy documents")),
        "ArticleTitle": document.label,
        "PubDate": timezone.localtime(document.published_at).strftime("%Y-%m-%d %H:%M"),
        "ContentSource": document.issuer.label,
        "Keywords": document.keywords,
        "Url": f"{settings.PUBLIC_URL}{reverse('public:document', args=[document.pk])}",
    }


def _body(document: PolicyDocument, language: str) -> str:
    if language == "en":
        return f"{document.body}\n{document.interpretation}"
    return "\n".join((document.body_zh, document.interpretation_zh, document.keywords, public_text(document)))


register(
    PublicKind(
        PolicyDocument,
        label=_("Policy documents"),
        address=lambda document, language: in_language("document", language, document.pk),
        title=lambda document, language: document.title_zh if language == "zh-hans" else document.title,
        body=_body,
        # By its own date: a document of 2019 entered today is no news.
        date=lambda document: timezone.make_aware(datetime.combine(document.issued_on, time.min)),
        column=lambda document: COLUMN,
        numbers=lambda document: (document.number, document.index_number),
        feed=True,
        rank=30,
    )
)
mount(
    "open/documents/",
    [
        path("", document_list, name="document_list"),
        path("<int:pk>/", document_page, name="document"),
    ],
    channel=Channel(_("Policy documents"), 20, "document_list"),
    tasks=(
        Task(_("Policy documents"), _("By number, topic, year and validity"), "doc", "document_list", 40),
    ),
)
