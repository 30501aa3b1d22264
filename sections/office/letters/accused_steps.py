"""Recording whom a letter is about: the office names schools, units and persons while the letter is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Membership, Unit
from bureau.deadlines import services as deadlines
from bureau.notices.services import tell_unit
from bureau.pages.forms import PortalForm
from bureau.workflow.declare import Transition
from bureau.workflow.refusals import Invalid
from personnel.models import Teacher
from schools.models import School
from sections.office.letters.accused import check_person, check_unit, homeless, kept_out_units, refuge
from sections.office.letters.choice_fields import SchoolCodeField
from sections.office.letters.choices import OPEN, AccusedKind, Status
from sections.office.letters.clocks import OBJECTION
from sections.office.letters.models import Accused, Letter

__all__ = ["ACCUSED_STEPS", "check_person", "check_unit"]

WITH_SECTION = (Status.ASSIGNED, Status.DRAFTING, Status.PROPOSED)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class AccusedForm(PortalForm):
    """Whom the letter is about; several at once where one knows them."""

    free_choices = ("about_unit",)  # the chart is known to everybody

    about_school = SchoolCodeField(
        label=_("School"), help_text=_("Its name or ten-digit identification code."), required=False
    )
    about_unit = UnitChoice(
        label=_("Section or district bureau"),
        queryset=Unit.objects.filter(kind__in=(UnitKind.SECTION, UnitKind.DISTRICT), is_active=True),
        required=False,
    )
    about_person = forms.CharField(
        label=_("Person with an account on the portal"),
        help_text=_("The full name or the sign-in name: a principal, an officer, a leader."),
        max_length=150,
        required=False,
    )
    about_teacher = forms.CharField(
        label=_("Teacher"),
        help_text=_("The teacher number, as it stands in the teacher register."),
        max_length=12,
        required=False,
    )
    about_name = forms.CharField(
        label=_("Name, where no record fits"),
        help_text=_("As it stands in the letter. A name alone keeps nobody away."),
        max_length=60,
        required=False,
    )

    def clean_about_person(self) -> User | None:
        typed = self.cleaned_data["about_person"]
        if not typed:
            return None
        posts = Membership.objects.in_force().values("user_id")
        people = User.objects.filter(pk__in=posts, is_active=True)
        found: User = self._one(people, Q(username=typed), Q(name=typed), PERSON_UNKNOWN, PERSON_SEVERAL)
        return found

    def clean_about_teacher(self) -> Teacher | None:
        typed = self.cleaned_data["about_teacher"]
        if not typed:
            return None
        found: Teacher = self._one(Teacher.objects.all(), Q(number=typed), Q(number=typed), TEACHER_UNKNOWN)
        return found.merged_into or found

    @staticmethod
    def _one(rows: QuerySet[Any], first: Q, then: Q, unknown: Any, several: Any = "") -> Any:
        found = list(rows.filter(first)[:2]) or list(rows.filter(then)[:2])
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(several if found else unknown)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in FIELDS):
            raise forms.ValidationError(_("Say whom the letter is about: fill in one of the fields."))
        return cleaned


FIELDS = ("about_school", "about_unit", "about_person", "about_teacher", "about_name")
PERSON_UNKNOWN = _("Nobody with an account has this name. Enter it under “Name, where no record fits”.")
PERSON_SEVERAL = _("Several people have this name. Enter the sign-in name.")
TEACHER_UNKNOWN = _("The teacher register knows no such number.")


class AccusedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Accused) -> str:
        return f"{obj.get_kind_display()}: {obj}"


class ClearForm(PortalForm):
    free_choices = ("row",)  # narrowed to the letter by `fit`

    row = AccusedChoice(label=_("Whom is it not about?"), queryset=Accused.objects.none())

    def fit(self, letter: Letter, by: Principal) -> None:
        field: Any = self.fields["row"]
        field.queryset = letter.accused.select_related("school", "unit", "user", "teacher")


def name_accused(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Write the rows; then nobody who is kept out may go on keeping or handling the letter."""
    rows = list(_rows(letter, data))
    if not rows:
        raise Invalid(gettext("Say whom the letter is about: fill in one of the fields."))
    for row in rows:
        row.added_by_name = by.audit_name[:100]
        row.full_clean()
        row.save()
    _hand_on(letter)
    _take_from_section(letter)


def _rows(letter: Letter, data: Mapping[str, Any]) -> list[Accused]:
    """A row for each field; somebody who has an account and a teacher's record is one person."""
    found = []
    if school := data.get("about_school"):
        _main_school(letter, school)
        found.append(Accused(letter=letter, kind=AccusedKind.SCHOOL, school=school))
    if unit := data.get("about_unit"):
        found.append(Accused(letter=letter, kind=AccusedKind.UNIT, unit=unit))
    person, teacher = data.get("about_person"), data.get("about_teacher")
    if person or teacher:
        found.append(Accused(letter=letter, kind=AccusedKind.PERSON, user=person, teacher=teacher))
    if name := data.get("about_name"):
        found.append(Accused(letter=letter, kind=AccusedKind.NAME, name=name))
    return found


def _main_school(letter: Letter, school: School) -> None:
    """The first school is the letter's own as well: figures and the way to a section follow it."""
    letter.school = letter.school or school


def _hand_on(letter: Letter) -> None:
    """Where the letter is about its keeper or those above it, the discipline unit keeps it from now on."""
    if not homeless().filter(letter=letter).exists():
        return
    taker = refuge()
    if taker is not None and taker.pk not in kept_out_units(letter):
        letter.owner = taker


def _take_from_section(letter: Letter) -> None:
    closed = kept_out_units(letter)
    letter.co_handlers.filter(unit__in=closed, is_done=False).delete()
    if letter.unit_id in closed:
        letter.unit = None


def status_after(letter: Letter, data: Mapping[str, Any]) -> str:
    """A letter that was taken from its section is assigned anew."""
    return Status.ACCEPTED if letter.unit_id is None and letter.status in WITH_SECTION else letter.status


def follow_up(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """After the letter moved: no period to object runs, and whoever keeps it now is told."""
    if letter.unit_id is None:
        deadlines.stop(OBJECTION, letter, by=by)
    if refuge() == letter.owner:
        tell_unit("letters.received", unit=letter.owner, params={"number": letter.number}, record=letter)


def clear_accused(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    row: Accused = data["row"]
    if row.letter_id != letter.pk:
        raise Invalid(gettext("Choose one of the list."))
    row.delete()
    if row.school_id and row.school_id == letter.school_id:
        letter.school = next((other.school for other in letter.accused.filter(school__isnull=False)), None)


def is_about_nobody(letter: Letter, by: Principal) -> str:
    return "" if letter.accused.exists() else gettext("Nobody is recorded yet.")


ACCUSED_STEPS = (
    Transition(
        "accuse",
        _("Record whom it is about"),
        done_label=_("Recorded whom it is about"),
        sources=OPEN,
        target=status_after,
        targets=OPEN,
        form=AccusedForm,
        effect=name_accused,
        then=follow_up,
        confirm=_(
            "Whoever is recorded here, and whoever reports to them, no longer sees the letter: perhaps you either."
        ),
    ),
    Transition(
        "clear_accused",
        _("It is not about …"),
        done_label=_("Somebody was taken off the list of whom it is about"),
        verb="accuse",
        sources=OPEN,
        target=lambda letter, data: letter.status,
        targets=OPEN,
        form=ClearForm,
        condition=is_about_nobody,
        effect=clear_accused,
        reason="required",
    ),
)
