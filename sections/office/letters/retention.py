"""How long a closed letter keeps its personal data, and how they go.

The table of rules says so per kind. The office is warned first; then the names, numbers, addresses and files of a
letter go, and its texts are kept redacted or deleted. What was published stays: it never held a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal, System
from bureau.deadlines.counting import add_months
from bureau.deadlines.models import ClockEvent
from bureau.files.keeping import remove_with
from bureau.notices.kinds import Value
from bureau.notices.services import tell_unit
from bureau.workflow import services as workflow
from bureau.workflow.models import HistoryEntry
from sections.office.letters import keeping, leaks
from sections.office.letters.choices import CLOSED, Kept, Kind
from sections.office.letters.models import Accused, DataRequest, Letter, RetentionNotice, RetentionRule

KEEPER = System("letters.retention", frozenset({"office.letter.anonymise"}))
NOTHING_LEFT = "—"
PUBLISHED = "published"
# What becomes of a text.
Clean = Callable[[str], str]
# Kinds of records that hang on a letter and hold words of somebody, with the fields that hold them. A test sees to
# it that every kind stands here or in one of the two tables below.
TEXTS: dict[str, tuple[str, ...]] = {
    "office.addition": ("body",),
    "office.cohandler": ("question", "contribution"),
    "office.dispute": ("text", "reply"),
    "office.earlieranswer": ("answer",),
    "office.explanation": ("subject", "text", "sent_because", "remark", "answer"),
    "office.extension": ("reason",),
    "office.identityrequest": ("purpose",),
    "office.letternote": ("text",),
    "office.review": ("reason", "opinion"),
}
# Their `reason` is struck out, and by which keys they point at the letter.
REASONS: dict[str, tuple[str, ...]] = {
    "office.answerwarning": ("letter",),
    "office.letterlink": ("first", "second"),
}
# They hold no words of anybody, are deleted with the names, or (published answers) are looked after above.
OTHERS = frozenset(
    {
        "office.accused",
        "office.citation",
        "office.datarequest",
        "office.escalation",
        "office.letter",
        "office.publishedanswer",
        "office.retentionnotice",
    }
)


# -- when -------------------------------------------------------------------------------------------------


def rules_today(today: date) -> dict[str, RetentionRule]:
    """Kind of letter → its rule in force; a kind without one of its own follows the rule for all."""
    rows = RetentionRule.objects.filter(valid_from__lte=today).order_by("valid_from")
    newest = {row.kind: row for row in rows}
    found = {kind: newest.get(kind) or newest.get("") for kind in Kind.values}
    return {kind: rule for kind, rule in found.items() if rule is not None}


def latest_closing(rule: RetentionRule, today: date) -> date:
    """Letters closed on this day or earlier have been kept for the years of the rule."""
    return add_months(today, -12 * rule.years)[0]


def kept_letters(kind: str, until: date) -> QuerySet[Letter]:
    """Closed on `until` or earlier, and not anonymous yet."""
    rows = Letter.objects.filter(kind=kind, status__in=CLOSED, closed_on__lte=until, anonymised_on=None)
    return rows.order_by("closed_on", "pk")


# -- warning ----------------------------------------------------------------------------------------------


def warn_offices() -> int:
    """Tell each office how many letters come up, once per letter; how many letters."""
    today = timezone.localdate()
    told = 0
    with transaction.atomic():
        fresh: dict[Any, list[Letter]] = defaultdict(list)
        for letter in _coming_up(today):
            fresh[letter.owner].append(letter)
        for owner, letters in fresh.items():
            due = today + timedelta(days=settings.RETENTION_WARNING_DAYS)
            RetentionNotice.objects.bulk_create(
                RetentionNotice(letter=letter, warned_on=today, due_on=due) for letter in letters
            )
            first, last = letters[0].number, letters[-1].number
            params: dict[str, Value] = {
                "count": len(letters),
                "first": first,
                "last": last,
                "day": due,
            }
            tell_unit("letters.retention", unit=owner, params=params)
            told += len(letters)
        for row in keeping.to_warn_again(_kept_notices(), today):
            keeping.warned_again(row, today)
            number = row.letter.number
            again: dict[str, Value] = {"count": 1, "first": number, "last": number, "day": row.due_on}
            tell_unit("letters.retention", unit=row.letter.owner, params=again)
            told += 1
    return told


def _kept_notices() -> QuerySet[RetentionNotice]:
    rows = RetentionNotice.objects.filter(letter__anonymised_on=None)
    return rows.select_related("letter__owner")


def _coming_up(today: date) -> Iterable[Letter]:
    ahead = today + timedelta(days=settings.RETENTION_WARNING_DAYS)
    for kind, rule in rules_today(today).items():
        rows = kept_letters(kind, latest_closing(rule, ahead)).filter(retention_notice=None)
        yield from rows.select_related("owner")[: settings.LETTERS_PER_RUN]


# -- forgetting -------------------------------------------------------------------------------------------


def letters_to_forget(today: date) -> list[int]:
    """Keys of letters whose years are over and whose office was warned in time, the oldest first."""
    found: list[int] = []
    for kind, rule in rules_today(today).items():
        rows = kept_letters(kind, latest_closing(rule, today)).filter(retention_notice__due_on__lte=today)
        found += rows.values_list("pk", flat=True)
    return found


def forget_letters(hold: Callable[[], None]) -> int:
    """One transaction per letter: killed in between, the next run goes on with the rest."""
    count = 0
    for pk in letters_to_forget(timezone.localdate()):
        with transaction.atomic():
            hold()
            letter = Letter.objects.select_for_update(of=("self",)).get(pk=pk)
            if letter.anonymised_on is None:
                workflow.perform(letter, "anonymise", by=KEEPER)
                count += 1
    return count


def is_anonymous(letter: Letter, by: Principal) -> str:
    return _("The personal data of this letter are gone already.") if letter.anonymised_on else ""


def why_not_kept(letter: Letter, by: Principal) -> str:
    return is_anonymous(letter, by) or keeping.why_not_kept(letter, by)


def cleaner(letter: Letter) -> Clean:
    """What becomes of a text under the rule: redacted while the writer is still known, or gone."""
    rule = rules_today(timezone.localdate()).get(letter.kind)
    names = [str(one) for one in letter.accused.all()]

    def clean(text: str) -> str:
        if not text:
            return ""
        if rule is None or rule.text == Kept.DELETED:
            return NOTHING_LEFT
        for name in names:
            text = text.replace(name, leaks.MASK) if len(name) > 1 else text
        return leaks.redacted(text, leaks.scan(text, letter=letter))

    return clean


def anonymise_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Texts first, while names are known; then the names. Everything or nothing."""
    clean = cleaner(letter)
    forget_around(letter, clean)
    letter.title, letter.body = clean(letter.title)[:100], clean(letter.body)[:5000]
    letter.answer, letter.rating_comment = clean(letter.answer)[:10000], clean(letter.rating_comment)[:500]
    letter.sender_name = letter.sender_phone = letter.sender_email = letter.sender_address = ""
    letter.sender_digest = letter.outside_number = ""
    letter.anonymised_on = timezone.localdate()


def forget_around(letter: Letter, clean: Clean) -> None:
    """What hangs on the letter: files and accused go, texts are cleaned, reasons of steps and clocks too."""
    for label, names in TEXTS.items():
        _clean_rows(_of(label, letter), clean, names)
    drafts = _of("office.publishedanswer", letter).exclude(status=PUBLISHED)
    _clean_rows(drafts, clean, ("title", "question", "answer"))
    for label, paths in REASONS.items():
        for path in paths:
            rows = apps.get_model(label)._base_manager.filter(**{path: letter})
            rows.update(reason=NOTHING_LEFT)
    _forget_traces(letter)
    for label in (*TEXTS, *REASONS, "office.publishedanswer"):
        for row in _of(label, letter):
            _forget_traces(row)
    Accused.objects.filter(letter=letter).delete()
    DataRequest.objects.filter(letter=letter).delete()


def _of(label: str, letter: Letter) -> QuerySet[Any]:
    model = apps.get_model(label)
    own = {field.name for field in model._meta.fields}
    rows: QuerySet[Any] = (
        model._base_manager.filter(letter=letter) if "letter" in own else model._base_manager.none()
    )
    return rows


def _forget_traces(record: Model) -> None:
    """Files, and what was written as a reason of a step or of a move of a clock."""
    label = record._meta.label_lower
    remove_with(record)
    lines = HistoryEntry.objects.filter(kind=label, object_id=record.pk)
    lines.exclude(reason="").update(reason=NOTHING_LEFT)
    moves = ClockEvent.objects.filter(clock__object_kind=label, clock__object_id=record.pk)
    moves.exclude(reason="").update(reason=NOTHING_LEFT)


def _clean_rows(rows: QuerySet[Any], clean: Clean, names: Iterable[str]) -> None:
    for row in rows:
        limits = {name: row._meta.get_field(name).max_length for name in names}
        kept = {name: clean(getattr(row, name))[: limits[name]] for name in limits}
        rows.model._base_manager.filter(pk=row.pk).update(**kept)
