"""What happens to a public answer at each step. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.identifiers import series
from bureau.workflow.refusals import Invalid
from sections.office.answers.choices import Consent, TextField
from sections.office.answers.models import DismissedFinding, PublishedAnswer
from sections.office.answers.redaction import redacted, rules_in_use
from sections.office.answers.selectors import field_names, not_dismissed, words_of
from sections.office.letters import choices as letters
from sections.office.letters.models import Letter

SOURCES = {TextField.TITLE: "title", TextField.QUESTION: "body", TextField.ANSWER: "answer"}


def why_never(letter: Letter) -> str:
    """Why the answer to this letter cannot be published; "" when it can."""
    if letter.status != letters.Status.ANSWERED or not letter.answer:
        return _("Only the answer to an answered letter can be published.")
    if letter.is_urgent:
        return _("This letter was urgent because somebody could come to harm: its answer is never published.")
    if letter.is_by_child and letter.sender_address:
        return _("A child wrote this letter and gave an address: its answer is never published.")
    if letter.anonymised_on:
        return _("The text of this letter is no longer kept, so its answer cannot be published.")
    return ""


def prepare_answer(published: PublishedAnswer, by: Principal, data: Mapping[str, Any]) -> None:
    """Copies of subject, letter and answer, redacted; the number is its own and tells nothing of the letter."""
    letter = published.letter
    why = why_never(letter)
    if why:
        raise Invalid(why, {"letter": [why]})
    rules = rules_in_use()
    for field, source in SOURCES.items():
        setattr(published, field, redacted(getattr(letter, source), letter=letter, rules=rules))
    published.title = published.title[:100]
    published.owner, published.unit, published.kind = letter.owner, letter.unit, letter.kind
    published.prepared_by = by if isinstance(by, User) else None
    year = timezone.localdate().year
    published.number = f"G{year}-{series.draw('answers', year):05d}"


def is_own_draft(published: PublishedAnswer, by: Principal) -> str:
    if isinstance(by, User) and published.prepared_by_id == by.pk:
        return _("You prepared this text; a second person must check it.")
    return ""


def check_answer(published: PublishedAnswer, by: Principal, data: Mapping[str, Any]) -> None:
    """The second person: everything that the scan finds is dismissed with a reason, or nothing goes on."""
    asked = field_names(not_dismissed(published))
    missing = {
        name: [_("Say why this may stay, or let the text be changed.")]
        for name in asked
        if not data.get(name)
    }
    if missing:
        raise Invalid(_still_found(asked.values()), missing)
    if not isinstance(by, User):
        raise Invalid(_("A second person must check this text."))
    for name, one in asked.items():
        DismissedFinding.objects.update_or_create(
            published=published,
            digest=one.digest,
            defaults={"field": one.field, "kind": one.kind, "reason": str(data[name])[:200], "by": by},
        )
    published.checked_by = by


def return_answer(published: PublishedAnswer, by: Principal, data: Mapping[str, Any]) -> None:
    published.checked_by = None


def why_not_now(published: PublishedAnswer, by: Principal) -> str:
    """Why a checked text cannot go out; "" when it can."""
    if not published.consent:
        return _(
            "The writer has not agreed yet. Send the draft back and enter how and when the writer agreed."
        )
    if published.consent == Consent.WEB and not published.letter.may_be_published:
        return _(
            "The writer does not agree on the web site, or no longer. Ask, and enter how and when the writer agreed."
        )
    return why_never(published.letter)


def publish_answer(published: PublishedAnswer, by: Principal, data: Mapping[str, Any]) -> None:
    left = not_dismissed(published)
    if left:
        raise Invalid(_still_found(left))
    published.published_on = timezone.localdate()
    published.words = words_of(published.title, published.question, published.answer)


def withdraw_answer(published: PublishedAnswer, by: Principal, data: Mapping[str, Any]) -> None:
    """Gone from page, list, search and feed with the status itself; nothing of it is indexed any more."""
    published.withdrawn_on = timezone.localdate()
    published.words = ""


def _still_found(found: Any) -> str:
    count = len(list(found))
    return ngettext(
        "The text still holds %(count)d thing that may name a person.",
        "The text still holds %(count)d things that may name a person.",
        count,
    ) % {"count": count}
