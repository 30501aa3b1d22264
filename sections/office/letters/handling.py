"""What the bureau does with a letter beside its main steps. No function here sets a status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.holders import holder_of, why_no_holder
from bureau.access.services import may, permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.audit import services as audit
from bureau.charter.models import Unit
from bureau.notices.services import tell_unit
from bureau.workflow import services as workflow
from sections.office.letters import accused, endings, leaving
from sections.office.letters.choices import OPEN, NoteKind, Status
from sections.office.letters.models import AnswerTemplate, Citation, CoHandler, Letter, LetterLink, LetterNote

CAPABILITY = "office.letters"
SEPARATOR = System("letters handled together", frozenset({"office.letter.register"}))
# Statuses in which a section has the letter: only then do other sections contribute.
WITH_A_SECTION = (Status.ASSIGNED, Status.DRAFTING)


# -- notes and instructions -------------------------------------------------------------------------------


def write_note(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    _write(letter, by, NoteKind.NOTE, data["text"])


def write_instruction(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """A leader says how the letter is to be handled; the office and the section learn that he did."""
    _write(letter, by, NoteKind.INSTRUCTION, data["text"])
    for unit in {unit.pk: unit for unit in (letter.owner, letter.unit) if unit is not None}.values():
        tell_unit("letters.instructed", unit=unit, params={"number": letter.number}, record=letter)


def _write(letter: Letter, by: Principal, kind: NoteKind, text: str) -> None:
    refuse_identity(letter, text)
    author = by if isinstance(by, User) else None
    note = LetterNote(letter=letter, kind=kind, text=text, written_by=author, written_at=timezone.now())
    note.full_clean()
    note.save()


def refuse_identity(letter: Letter, text: str, field: str = "text") -> None:
    """Sections read what is written here, and no section learns who wrote a letter."""
    if names_writer(letter, text):
        sentence = _("Leave out the name and the phone of the writer: sections read this too.")
        raise workflow.Invalid(sentence, {field: [sentence]})


def names_writer(letter: Letter, text: str) -> bool:
    said = (letter.sender_name, letter.sender_phone)
    return any(len(one) > 1 and one in text for one in said)


# -- sections that contribute -----------------------------------------------------------------------------


def invite(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Ask another section for its part of the answer."""
    unit, question = data["co_unit"], data.get("question", "")
    refuse_identity(letter, question, "question")
    if unit.pk == letter.unit_id:
        raise _no_such_section(_("This section leads the letter already."))
    if letter.co_handlers.filter(unit=unit).exists():
        raise _no_such_section(_("This section was asked already."))
    accused.check_unit(letter, unit, "co_unit")
    leaving.check(letter, by, data, [unit])
    _invite(letter, unit, question, "co_unit")


def _no_such_section(sentence: str) -> workflow.Invalid:
    return workflow.Invalid(sentence, {"co_unit": [sentence]})


def invite_at_assignment(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Sections that the office names beside the one that leads."""
    asked = set(letter.co_handlers.values_list("unit_id", flat=True))
    letter.co_handlers.filter(unit=letter.unit, is_done=False).delete()
    for unit in data.get("co_units") or ():
        if unit.pk != letter.unit_id and unit.pk not in asked:
            _invite(letter, unit, "", "co_units")


def _invite(letter: Letter, unit: Unit, question: str, field: str) -> None:
    accused.check_unit(letter, unit, field)
    row = CoHandler(letter=letter, unit=unit, question=question, invited_on=timezone.localdate())
    row.full_clean()
    row.save()
    tell_unit("letters.invited", unit=unit, params={"number": letter.number}, record=letter)


def drop_invitations(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The lead section gave the letter back: who has contributed nothing yet is no longer asked."""
    letter.co_handlers.filter(is_done=False).delete()


def contribute(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    row = _asked_of(letter, by)
    if row is None:
        raise workflow.Invalid(_("Your section was not asked for a contribution."))
    row.contribution, row.is_done = data["contribution"], True
    row.contributed_by, row.contributed_on = (by if isinstance(by, User) else None), timezone.localdate()
    row.full_clean()
    row.save()
    if letter.unit is not None:
        tell_unit("letters.contributed", unit=letter.unit, params={"number": letter.number}, record=letter)


def _asked_of(letter: Letter, by: Principal) -> CoHandler | None:
    """The row of a section of mine, the one that waits first; what was written may be written anew."""
    mine = standing(by).participant_units(CAPABILITY, "contribute") if isinstance(by, User) else set()
    return letter.co_handlers.filter(unit__in=mine).order_by("is_done", "pk").first()


def contribution_of(letter: Letter, by: Principal) -> str:
    row = _asked_of(letter, by)
    return row.contribution if row else ""


def missing_contributions(letter: Letter) -> list[Unit]:
    return [row.unit for row in letter.co_handlers.filter(is_done=False).select_related("unit")]


def missing_sentence(letter: Letter) -> str:
    """Whose contribution is missing, in words; "" when all are there."""
    units = missing_contributions(letter)
    if not units:
        return ""
    names = _(", ").join(unit.label for unit in units)
    return _("Not all sections have contributed yet: %(sections)s.") % {"sections": names}


def check_contributions(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The answer may go without a contribution, but not by oversight."""
    if data.get("is_complete"):
        return
    if sentence := missing_sentence(letter):
        raise workflow.Invalid(sentence, {"is_complete": [sentence]})


# -- links and merging ------------------------------------------------------------------------------------


def link(*, letter: Letter, other: Letter, reason: str, by: Principal) -> LetterLink:
    """Note that two letters belong together; each keeps its own way."""
    _refuse_other(letter, other, by)
    first, second = sorted((letter, other), key=lambda one: one.pk)
    author = by if isinstance(by, User) else None
    row = LetterLink(
        first=first, second=second, reason=reason, linked_by=author, linked_on=timezone.localdate()
    )
    try:
        with transaction.atomic():
            row.save()
            audit.record("office.letter.linked", by=by, obj=letter, detail={"other": other.pk})
    except IntegrityError:
        # Somebody else linked them a moment ago.
        raise _wrong_other(_("These letters are linked already.")) from None
    return row


def unlink(*, letter: Letter, other: Letter, by: Principal) -> None:
    _refuse_other(letter, other, by)
    first, second = sorted((letter, other), key=lambda one: one.pk)
    with transaction.atomic():
        LetterLink.objects.filter(first=first, second=second).delete()
        audit.record("office.letter.unlinked", by=by, obj=letter, detail={"other": other.pk})


def _refuse_other(letter: Letter, other: Letter, by: Principal) -> None:
    if not may(by, "register", letter) or not may(by, "register", other):
        raise workflow.NotPermitted(_("Only the office that registers both letters does this."))
    if letter.pk == other.pk:
        raise _wrong_other(_("This is the same letter. Enter the number of the other one."))


def _wrong_other(sentence: str) -> workflow.Invalid:
    return workflow.Invalid(sentence, {"other": [sentence]})


def merge_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """From now on the letter is handled with another one; its writer gets the same answer."""
    given: Letter = data["other"]
    _refuse_other(letter, given, by)
    other = _held(given)
    if other.status not in OPEN:
        raise _wrong_other(_("Letter %(number)s is closed. Link it instead.") % {"number": other.number})
    if other.school_id != letter.school_id:
        raise _wrong_other(_("The letters are not about the same school. Link them instead."))
    if accused_of(letter) - accused_of(other):
        raise _wrong_other(
            _("This letter is about somebody whom the other one does not name. Link them instead.")
        )
    leaving.check(letter, by, data, [other.unit])
    letter.merged_into = other
    endings.close_letter(letter)


def _held(letter: Letter) -> Letter:
    """The other letter, locked. Nobody waits: two people who merge two letters crosswise would wait for ever."""
    try:
        return Letter.objects.select_for_update(of=("self",), nowait=True).get(pk=letter.pk)
    except OperationalError as error:
        raise _wrong_other(_("Somebody else is working on that letter at this moment. Try again.")) from error


def accused_of(letter: Letter) -> set[tuple[Any, ...]]:
    """Whom a letter is about, for comparison; a name that no register knows is like no other."""
    return {
        (row.school_id, row.unit_id, row.user_id, row.teacher_id, row.name) for row in letter.accused.all()
    }


def bring_along(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Letters that were handled with this one follow it to the other one."""
    for one in letter.merged.filter(status=Status.MERGED):
        workflow.amend(one, by=by, changes={"merged_into": letter.merged_into}, verb="register")


def separate_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.merged_into = letter.closed_on = None


def free_merged(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The letter ends without an answer; those handled with it are handled by themselves again."""
    reason = _("The letter with which it was handled ended without an answer.")
    for one in letter.merged.filter(status=Status.MERGED):
        workflow.perform(one, "separate", by=SEPARATOR, reason=reason)


def refuse_named_writers(letter: Letter) -> None:
    """Also for letters that were merged after the answer was proposed."""
    if sentence := names_a_writer(letter):
        raise workflow.Invalid(sentence)


def names_a_writer(letter: Letter, by: Principal | None = None) -> str:
    """Several writers get this answer: it must name none of them. Condition of sending it."""
    together = list(letter.merged.filter(status=Status.MERGED))
    if together and any(names_writer(one, letter.answer) for one in (letter, *together)):
        return _("Several writers get this answer. Take the name or phone of a writer out of it first.")
    return ""


# -- the answer -------------------------------------------------------------------------------------------


def keep_citations(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """What the answer cites, as it was typed last. Without the field the list stays."""
    cited: Iterable[tuple[str, str, str]] | None = data.get("citations")
    if cited is None:
        return
    letter.citations.all().delete()
    for place, (title, number, address) in enumerate(cited, start=1):
        row = Citation(letter=letter, place=place, title=title, document_number=number, address=address)
        row.full_clean()
        row.save()


def keep_template(template: AnswerTemplate, *, by: Principal, fields: Sequence[str] = ()) -> AnswerTemplate:
    """A template of the office: the unit that holds letters keeps it."""
    is_new = template._state.adding
    if is_new:
        owner = holder_of(CAPABILITY)
        if owner is None:
            raise workflow.Invalid(why_no_holder(CAPABILITY))
        template.owner = owner
    with transaction.atomic():
        template.full_clean()
        template.save()
        action = f"office.answertemplate.{'added' if is_new else 'changed'}"
        audit.record(action, by=by, obj=template, fields=[name for name in fields if name != "version"])
    return template


def templates_for(letter: Letter, by: Principal) -> list[AnswerTemplate]:
    """Templates that fit the kind of letter and the section, and are in use."""
    found = permitted(by, "view", AnswerTemplate).filter(is_in_use=True, kind__in=("", letter.kind))
    return [one for one in found if one.unit_id in (None, letter.unit_id)]


def answer_for(letter: Letter) -> str:
    """What the writer of this letter reads: the answer, or that of the letter with which it was handled.

    The other letter's number becomes this one's; nothing else of the other letter is shown.
    """
    source = letter.merged_into if letter.status == Status.MERGED else letter
    if source is None or source.status != Status.ANSWERED:
        return ""
    return source.answer.replace(source.number, letter.number)
