"""What happens to a policy document at each step. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.charter.models import Unit
from bureau.identifiers import document_number, series
from bureau.public.publishing import public_changed
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from sections.office.news import terms
from sections.office.policies.checking import obstacle
from sections.office.policies.choices import Status, Validity
from sections.office.policies.models import TEXTS, PolicyDocument

Data = Mapping[str, Any]
CAPABILITY = "office.news"
ENDING = "policy-ending"
CALENDAR = System(
    "policy documents",
    frozenset({"office.policydocument.remind", "office.policydocument.expire"}),
)


def enter_document(document: PolicyDocument, by: Principal, data: Data) -> None:
    """A new draft of the writer's own section, with its index number."""
    for name, value in data.items():
        setattr(document, name, value)
    if not isinstance(by, User):
        raise Invalid(_("A person must enter this."))
    document.written_by = by
    document.owner = own_section(by, CAPABILITY)
    document.number = tidy_number(document.number)
    year = timezone.localdate().year
    prefix = f"{settings.INDEX_PREFIX}/" if settings.INDEX_PREFIX else ""
    document.index_number = f"{prefix}{year}-{series.draw('policy_index', year):05d}"


def tidy_number(text: str) -> str:
    """As the standard writes it; a wrong one is refused by the field."""
    try:
        return str(document_number.check(text)) if text else ""
    except ValueError:
        return text


def own_section(by: User, capability: str) -> Unit:
    """The unit for which a person writes. Raises Invalid."""
    me = standing(by)
    allowed = me.holder_units(capability, "draft") | me.participant_units(capability, "draft")
    mine = [post.unit_id for post in me.posts if post.is_own and post.unit_id in allowed]
    if not mine:
        raise Invalid(_("You belong to no section that writes for the site."))
    return Unit.objects.get(pk=mine[0])


# -- to the public ------------------------------------------------------------------------------------------


def why_not_ready(document: PolicyDocument, by: Principal) -> str:
    return obstacle(document, TEXTS)


def why_not_publish(document: PolicyDocument, by: Principal) -> str:
    """Nobody publishes alone what he or she has written."""
    if isinstance(by, User) and document.written_by_id == by.pk:
        return _("You entered this document; a second person must check and publish it.")
    return why_not_ready(document, by)


def publish(document: PolicyDocument, by: Principal, data: Data) -> None:
    document.published_at = timezone.now()


def withdraw(document: PolicyDocument, by: Principal, data: Data) -> None:
    document.withdrawn_at = timezone.now()
    document.withdrawn_reason_zh = data["withdrawn_reason_zh"]
    document.withdrawn_reason = data.get("withdrawn_reason") or ""


def follow(document: PolicyDocument, by: Principal, data: Data) -> None:
    """The pages on which it is named (the article that explains it, the one that replaces it) become old."""
    for other in (document.interpreted_in, document.replaced_by, *document.replaces.all()):
        if other is not None:
            public_changed(other)


def complete(document: PolicyDocument, by: Principal, data: Data) -> None:
    """What comes after publication: the interpretation, the English text. The Chinese text stays as it was issued."""
    for name in ("title", "body", "interpretation_zh", "interpretation", "interpreted_in", "keywords"):
        setattr(document, name, data.get(name) or (None if name == "interpreted_in" else ""))
    found = obstacle(document, TEXTS)
    if found:
        raise Invalid(found)


# -- validity -----------------------------------------------------------------------------------------------


def change_validity(document: PolicyDocument, by: Principal, data: Data) -> None:
    """With the reason that everybody reads, and the document that takes its place."""
    other = data.get("replaced_by")
    if other is not None and other.pk == document.pk:
        sentence = _("A document cannot replace itself.")
        raise Invalid(sentence, {"replaced_by": [sentence]})
    document.validity = data["validity"]
    document.validity_on = data["validity_on"]
    document.validity_reason_zh = data["validity_reason_zh"]
    document.validity_reason = data.get("validity_reason") or ""
    document.replaced_by = other
    document.reminded_on = None
    if data.get("expires_on"):
        document.expires_on = data["expires_on"]


def expire(document: PolicyDocument, by: Principal, data: Data) -> None:
    document.validity = Validity.EXPIRED
    document.validity_on = document.expires_on
    document.validity_reason_zh = "有效期届满。"
    document.validity_reason = "Its term has ended."
    document.reminded_on = None


def remind(document: PolicyDocument, by: Principal, data: Data) -> None:
    document.reminded_on = timezone.localdate()


def follow_calendar() -> int:
    """Documents past their last day expire; those near it become somebody's task. Returns how many moved."""
    today = timezone.localdate()
    rows = PolicyDocument.objects.filter(
        status=Status.PUBLISHED, validity__in=(Validity.IN_FORCE, Validity.AMENDED), expires_on__isnull=False
    )
    over = list(rows.filter(expires_on__lt=today))
    for document in over:
        perform(document, "expire", by=CALENDAR)
    until = today + timedelta(days=terms.days(ENDING) or 0)
    near = list(rows.filter(expires_on__gte=today, expires_on__lte=until, reminded_on__isnull=True))
    for document in near:
        perform(document, "remind", by=CALENDAR)
    return len(over) + len(near)
