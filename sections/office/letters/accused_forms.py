"""Whom a letter complains about, as fields: in a step of its own, and where a letter is entered or registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.charter.models import Membership, Unit
from bureau.pages.forms import PortalForm
from personnel.models import Teacher
from sections.office.letters.accusing import FIELDS
from sections.office.letters.choice_fields import SchoolCodeField
from sections.office.letters.models import Accused, Letter


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class AboutWhom(forms.Form):
    """Whom a letter complains about: several at once where one knows them, all of them optional."""

    about_school = SchoolCodeField(
        label=_("School complained about"),
        help_text=_(
            "Its name or ten-digit identification code. Whoever is entered here and in the next fields, and whoever"
            " reports to them, never sees the letter: perhaps you either."
        ),
        required=False,
        max_length=100,
    )
    about_unit = UnitChoice(
        label=_("Section or district bureau complained about"),
        queryset=Unit.objects.filter(kind__in=(UnitKind.SECTION, UnitKind.DISTRICT), is_active=True),
        required=False,
    )
    about_person = forms.CharField(
        label=_("Person complained about, with an account on the portal"),
        help_text=_("The full name or the sign-in name: a principal, an officer, a leader."),
        max_length=150,
        required=False,
    )
    about_teacher = forms.CharField(
        label=_("Teacher complained about"),
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


PERSON_UNKNOWN = _("Nobody with an account has this name. Enter it under “Name, where no record fits”.")
PERSON_SEVERAL = _("Several people have this name. Enter the sign-in name.")
TEACHER_UNKNOWN = _("The teacher register knows no such number.")


class AccusedForm(AboutWhom, PortalForm):
    """The step of its own: at least one of them."""

    free_choices = ("about_unit",)  # the chart is known to everybody

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in FIELDS):
            raise forms.ValidationError(_("Say whom the letter is about: fill in one of the fields."))
        return cleaned


class AccusedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Accused) -> str:
        return f"{obj.get_kind_display()}: {obj}"


class ClearForm(PortalForm):
    free_choices = ("row",)  # narrowed to the letter by `fit`

    row = AccusedChoice(label=_("Whom is it not about?"), queryset=Accused.objects.none())

    def fit(self, letter: Letter, by: Principal) -> None:
        field: Any = self.fields["row"]
        field.queryset = letter.accused.select_related("school", "unit", "user", "teacher")
