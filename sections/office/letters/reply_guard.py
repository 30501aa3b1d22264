"""Before an answer goes on: is it an answer? Who wrote it is warned and says why it may go; supervisors see how often.

Alike are texts that share most of their shingles: pairs of Chinese characters, pairs of other words. A Latin letter
counts as half a Chinese character wherever lengths are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Invalid
from sections.office.letters.choices import Status, Warned
from sections.office.letters.models import AnswerWarning, Letter, StockPhrase

HAN = r"\u3400-\u9fff\uf900-\ufaff"
HAN_RUNS = re.compile(f"[{HAN}]+")
WORDS = re.compile(rf"[^\W_{HAN}]+")
MOST_NAMED = 3  # so many stock phrases are named in the sentence


@dataclass(frozen=True)
class Warning:
    """What was noticed, in words for the person who is about to go on."""

    kind: Warned
    sentence: str

    @property
    def field(self) -> str:
        """The form field in which the reason is given."""
        return f"guard_{self.kind.value}"


# -- texts ------------------------------------------------------------------------------------------------


def shingles(text: str) -> frozenset[str]:
    """Pairs of Chinese characters and pairs of other words; what stands alone counts alone."""
    folded = text.casefold()
    runs = [run for run in HAN_RUNS.findall(folded)]
    words = WORDS.findall(folded)
    pairs = {run[place : place + 2] for run in runs for place in range(max(1, len(run) - 1))}
    pairs |= {f"{one} {two}" for one, two in pairwise(words)}
    return frozenset(pairs if len(words) != 1 else pairs | {words[0]})


def likeness(one: frozenset[str], two: frozenset[str]) -> int:
    """Per cent of the shingles that both texts share (Dice)."""
    if not one or not two:
        return 0
    return round(200 * len(one & two) / (len(one) + len(two)))


def weight(text: str) -> int:
    """Length in Chinese characters."""
    han = sum(len(run) for run in HAN_RUNS.findall(text))
    return han + sum(len(word) for word in WORDS.findall(text)) // 2


NUMERALS = "一二三四五六七八九十"
MARKS = re.compile(
    r"(?<![\d.．])(?P<digit>\d{1,2})[.．、)）](?!\d)"
    r"|[（(](?P<round>\d{1,2})[)）]"
    rf"|[（(](?P<round_zh>[{NUMERALS}]{{1,2}})[)）]"
    rf"|(?<![第{NUMERALS}])(?P<zh>[{NUMERALS}]{{1,2}})、"
    rf"|第(?P<nth>[{NUMERALS}]{{1,2}}|\d{{1,2}})(?=[，、,：:是个点条项问])"
    r"|(?P<ring>[①-⑳])"
)


def numbers_in(text: str) -> set[int]:
    """Every number that a text uses to order its points: 1. 2、（3） 四、 （五） 第六， ⑦."""
    return {_value(found) for found in MARKS.finditer(text)}


def _value(found: re.Match[str]) -> int:
    text = next(group for group in found.groups() if group)
    if text in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return ord(text) - ord("①") + 1
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMERALS.index(text[0]) + 1
    return 10 * (NUMERALS.index(tens) + 1 if tens else 1) + (NUMERALS.index(ones) + 1 if ones else 0)


def numbered_questions(text: str) -> int:
    """How many points a letter numbers, counted from one without a gap; a single number is no list."""
    found = numbers_in(text)
    count = 0
    while count + 1 in found:
        count += 1
    return count if count > 1 else 0


# -- what is noticed --------------------------------------------------------------------------------------


def warnings_of(letter: Letter, by: Principal, step: str) -> list[Warning]:
    """Everything that the person who is about to take `step` should look at once more."""
    looks = LOOKS_APPROVING if step == "approve" else LOOKS_PROPOSING
    return [Warning(kind, sentence) for kind, look in looks.items() if (sentence := look(letter, by))]


def is_alike(letter: Letter, by: Principal) -> str:
    """Only answers that the person may read are compared, and only those of the same section."""
    if weight(letter.answer) < settings.REPLY_GUARD_SHORTEST:
        return ""
    mine, asked = shingles(letter.answer), shingles(f"{letter.title}\n{letter.body}")
    for number, title, body, answer in _earlier(letter, by):
        alike = likeness(mine, shingles(answer))
        if alike >= settings.REPLY_GUARD_ALIKE:
            unlike = likeness(asked, shingles(f"{title}\n{body}"))
            if unlike <= settings.REPLY_GUARD_UNLIKE:
                return _(
                    "%(percent)d%% of this answer is the same as in the answer to letter %(number)s, "
                    "which asks for something else."
                ) % {"percent": alike, "number": number}
    return ""


def _earlier(letter: Letter, by: Principal) -> Iterator[tuple[str, str, str, str]]:
    rows = permitted(by, "view", Letter).filter(
        unit=letter.unit_id, status__in=(Status.PROPOSED, Status.ANSWERED), anonymised_on=None
    )
    newest = rows.exclude(pk=letter.pk).exclude(answer="").order_by("-pk")[: settings.REPLY_GUARD_COMPARED]
    yield from newest.values_list("number", "title", "body", "answer")


def has_stock_phrases(letter: Letter, by: Principal) -> str:
    found = [row for row in StockPhrase.objects.filter(is_active=True) if row.phrase in letter.answer]
    if not found:
        return ""
    named = _(", ").join(f"“{row.phrase}”" for row in found[:MOST_NAMED])
    return ngettext(
        "The answer holds a stock phrase: %(phrases)s. %(advice)s",
        "The answer holds stock phrases: %(phrases)s. %(advice)s",
        len(found),
    ) % {"phrases": named, "advice": found[0].reason}


def leaves_questions(letter: Letter, by: Principal) -> str:
    asked = numbered_questions(letter.body)
    missing = sorted(set(range(1, asked + 1)) - numbers_in(letter.answer))
    if not missing:
        return ""
    return _("The letter numbers %(asked)d questions; the answer does not name number %(missing)s.") % {
        "asked": asked,
        "missing": _(", ").join(map(str, missing)),
    }


def is_short(letter: Letter, by: Principal) -> str:
    written, answered = weight(letter.body), weight(letter.answer)
    if written < settings.REPLY_GUARD_LONG_LETTER:
        return ""
    if 100 * answered >= settings.REPLY_GUARD_SHORT_PERCENT * written:
        return ""
    return _("The letter has about %(letter)d characters, the answer %(answer)d.") % {
        "letter": written,
        "answer": answered,
    }


def names_the_writer(letter: Letter, by: Principal) -> str:
    """Whoever reads over the writer's shoulder, or finds the answer printed, must not learn who wrote."""
    name = letter.sender_name.strip()
    if len(name) > 1 and name in letter.answer:
        return _("The answer names the writer.")
    return ""


def is_mass_closing(letter: Letter, by: Principal) -> str:
    if not isinstance(by, User):
        return ""
    since = timezone.now() - timedelta(minutes=1)
    steps = HistoryEntry.objects.filter(
        kind=letter._meta.label_lower, transition="approve", actor_id=by.pk, at__gte=since
    )
    count = steps.count()
    if count < settings.REPLY_GUARD_PER_MINUTE:
        return ""
    return ngettext(
        "You approved %(count)d answer within the last minute.",
        "You approved %(count)d answers within the last minute.",
        count,
    ) % {"count": count}


Look = Callable[[Letter, Principal], str]
LOOKS_PROPOSING: dict[Warned, Look] = {
    Warned.ALIKE: is_alike,
    Warned.STOCK: has_stock_phrases,
    Warned.UNANSWERED: leaves_questions,
    Warned.SHORT: is_short,
    Warned.NAMED: names_the_writer,
}
LOOKS_APPROVING: dict[Warned, Look] = {Warned.MASS: is_mass_closing}


# -- going on all the same --------------------------------------------------------------------------------


def confirm(letter: Letter, by: Principal, data: Mapping[str, Any], step: str) -> None:
    """Each warning needs a reason; with all of them given, each is noted. Raises Invalid and notes nothing."""
    found = warnings_of(letter, by, step)
    missing = {one.field: [one.sentence] for one in found if not str(data.get(one.field, "")).strip()}
    if missing:
        raise Invalid(" ".join(said[0] for said in missing.values()), missing)
    if not isinstance(by, User):
        return
    AnswerWarning.objects.bulk_create(
        AnswerWarning(
            letter=letter,
            kind=one.kind,
            step=step,
            unit=letter.unit,
            by=by,
            reason=str(data[one.field])[:300],
        )
        for one in found
    )


def reasons_for(letter: Letter, by: Principal, step: str, reason: str) -> dict[str, str]:
    """The same reason for every warning: for demonstrations and tests."""
    return {one.field: reason for one in warnings_of(letter, by, step)}
