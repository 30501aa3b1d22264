"""Reading consultations: what is open, what was said, what became of it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC
from bureau.files.inspection.services import public_files
from bureau.files.models import Attachment
from sections.office.consultations.choices import OpinionStatus, Status
from sections.office.consultations.models import Consultation, OpinionGroup

PER_PAGE = 20
STATES = ("open", "closed", "concluded")


def public_consultations() -> QuerySet[Consultation]:
    return permitted(PUBLIC, "view", Consultation).select_related("owner")


def found_consultations(state: str = "") -> QuerySet[Consultation]:
    """Those that are open come first, the one that closes next before the others."""
    today = timezone.localdate()
    rows = public_consultations()
    if state == "open":
        return rows.filter(status=Status.OPEN, closes_on__gte=today).order_by("closes_on", "pk")
    if state == "closed":
        return rows.filter(Q(status=Status.CLOSED) | Q(status=Status.OPEN, closes_on__lt=today))
    if state == "concluded":
        return rows.filter(status=Status.CONCLUDED)
    return rows.none() if state else rows


def open_now(limit: int = 5) -> list[Consultation]:
    """For the home page."""
    return list(found_consultations("open")[:limit])


def files(consultation: Consultation) -> list[Attachment]:
    rows = permitted(PUBLIC, "view", Attachment).filter(pk__in=public_files(consultation).values("pk"))
    return [row for row in rows if row.is_open]


def points(consultation: Consultation) -> QuerySet[OpinionGroup]:
    """Points under which somebody's opinion stands."""
    return (
        OpinionGroup.objects.filter(consultation=consultation)
        .annotate(count=Count("opinions"))
        .filter(count__gt=0)
        .order_by("pk")
    )


def public_points(consultation: Consultation) -> QuerySet[OpinionGroup]:
    return (
        permitted(PUBLIC, "view", OpinionGroup)
        .filter(consultation=consultation)
        .annotate(count=Count("opinions"))
        .filter(count__gt=0)
        .order_by("pk")
    )


def counted(consultation: Consultation) -> dict[str, int]:
    """Opinions by what became of them; "" for those that were set aside."""
    rows = consultation.opinions.order_by().values("group__decision").annotate(count=Count("pk"))
    found: dict[str, int] = {}
    for row in rows:
        key = row["group__decision"] or ""
        found[key] = found.get(key, 0) + row["count"]
    return found


def waiting_opinions(consultation: Consultation) -> int:
    return consultation.opinions.filter(status=OpinionStatus.RECEIVED).count()
