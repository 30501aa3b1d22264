"""Reading policy documents for the public."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.files.inspection.services import public_files
from bureau.files.models import Attachment
from sections.office.news.models import Article
from sections.office.policies.models import PolicyCode, PolicyDocument

PER_PAGE = 20


def public_documents() -> QuerySet[PolicyDocument]:
    return permitted(PUBLIC, "view", PolicyDocument).select_related("topic", "issuer", "genre")


def found_documents(
    text: str = "", *, topic: str = "", issuer: str = "", validity: str = "", year: str = ""
) -> QuerySet[PolicyDocument]:
    """Public documents by words of the title or number, and by what the list offers; what fits nothing finds none."""
    rows = public_documents()
    for word in text.split():
        rows = rows.filter(Q(title_zh__icontains=word) | Q(title__icontains=word) | Q(number__icontains=word))
    if topic:
        rows = rows.filter(topic__key=topic)
    if issuer:
        rows = rows.filter(issuer__key=issuer)
    if validity:
        rows = rows.filter(validity=validity)
    if year:
        rows = rows.filter(issued_on__year=int(year)) if year.isascii() and year.isdigit() else rows.none()
    return rows


def years() -> list[int]:
    """Newest first."""
    return [day.year for day in public_documents().dates("issued_on", "year", order="DESC")]


def codes_in_use(field: str) -> list[PolicyCode]:
    """Topics or issuing bodies of which something is public."""
    used = permitted(PUBLIC, "view", PolicyDocument).order_by().values(field)
    return list(PolicyCode.objects.filter(pk__in=used))


def files(document: PolicyDocument) -> list[Attachment]:
    """What everybody may fetch."""
    rows = permitted(PUBLIC, "view", Attachment).filter(pk__in=public_files(document).values("pk"))
    return [row for row in rows if row.is_open]


@dataclass(frozen=True)
class Neighbours:
    """Documents and the article that belong to one document, as far as they are public."""

    replaced_by: PolicyDocument | None
    replaces: list[PolicyDocument]
    article: Article | None


def neighbours(document: PolicyDocument) -> Neighbours:
    rows = public_documents()
    return Neighbours(
        rows.filter(pk=document.replaced_by_id).first() if document.replaced_by_id else None,
        list(rows.filter(replaced_by=document)),
        permitted(PUBLIC, "view", Article).filter(pk=document.interpreted_in_id).first()
        if document.interpreted_in_id
        else None,
    )


def explained_by(article: Article) -> list[PolicyDocument]:
    """The public documents that an article explains."""
    return list(public_documents().filter(interpreted_in=article))
