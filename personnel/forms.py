"""Field lists of the register of teachers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.identifiers import phones
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.text import compact
from bureau.pages.forms import PortalForm, PortalModelForm
from bureau.proposals.forms import KEPT_BY_BUREAU, reason_field
from personnel import identity
from personnel.choices import IdKind, PostKind
from personnel.models import (
    Education,
    KeyTeacherLevel,
    Qualification,
    Subject,
    Teacher,
    Title,
)
from personnel.models.teacher import BAD_DOCUMENT
from personnel.post_forms import (
    AtASchool,
    hiring_field,
    kind_field,
    school_field,
    since_field,
    stage_field,
    subject_field,
)
from personnel.selectors.fields import EDITABLE
from personnel.services.register import writable_of


class TitleForm(PortalForm):
    title = forms.ModelChoiceField(label=_("Professional title"), queryset=Title.objects.all())
    title_on = forms.DateField(label=_("Title since"))
    post_grade = forms.IntegerField(
        label=_("Grade of post"),
        help_text=_("1 is the highest. Leave it empty until the person is appointed to it."),
        min_value=1,
        max_value=13,
        required=False,
    )


class KeyTeacherForm(PortalForm):
    key_level = forms.ModelChoiceField(label=_("Key-teacher level"), queryset=KeyTeacherLevel.objects.all())
    on = forms.DateField(label=_("Named on"), initial=timezone.localdate)


class AwardForm(PortalForm):
    on = forms.DateField(label=_("Day of the award"))
    award = forms.CharField(
        label=_("Award"), help_text=_("Name of the award and who gave it."), max_length=200
    )


class QualificationForm(PortalModelForm):
    class Meta:
        model = Qualification
        fields = ("number", "kind", "subject", "issued_on", "issued_by")


class EducationForm(PortalModelForm):
    class Meta:
        model = Education
        fields = ("level", "degree", "institution", "major", "finished_on", "is_full_time")


class NewQualificationForm(PortalForm):
    number = forms.CharField(label=_("Certificate number"), max_length=20, help_text=_("17 digits."))
    kind = Qualification._meta.get_field("kind").formfield()
    subject = forms.ModelChoiceField(
        label=pgettext_lazy("taught", "Subject"), queryset=Subject.objects.all(), required=False
    )
    issued_on = forms.DateField(label=_("Issued on"))
    issued_by = forms.CharField(label=_("Issued by"), max_length=100)

    def clean_number(self) -> str:
        return compact(self.cleaned_data["number"])


class NewEducationForm(PortalForm):
    level = Education._meta.get_field("level").formfield()
    degree = Education._meta.get_field("degree").formfield()
    institution = forms.CharField(label=_("University or school"), max_length=100)
    major = forms.CharField(label=_("Field of study"), max_length=100, required=False)
    finished_on = forms.DateField(label=_("Finished on"))
    is_full_time = forms.BooleanField(label=_("Full-time studies"), required=False, initial=True)


# --- the person -------------------------------------------------------------------------------

_DOCUMENT = pgettext_lazy("identity", "Number of the document")
_PHONE = _("Telephone")


class PersonForm(PortalModelForm):
    """What new and present records share: document and telephone never come back to the page."""

    document = forms.CharField(label=_DOCUMENT, max_length=40, required=False)
    telephone = forms.CharField(label=_PHONE, max_length=30, required=False)

    def validate_constraints(self) -> None:
        """The service refuses a number in use and says whose it is."""

    def add_error(self, field: str | None, error: Any) -> None:
        """What the fields of the document have said is not said again of the whole record."""
        by_field = getattr(error, "error_dict", {})
        if NON_FIELD_ERRORS in by_field and {"document", "id_kind", "new_id_kind"} & set(self.errors):
            whole = [one for one in by_field.pop(NON_FIELD_ERRORS) if one.code != BAD_DOCUMENT]
            by_field |= {NON_FIELD_ERRORS: whole} if whole else {}
        super().add_error(field, error)

    def clean_telephone(self) -> str:
        text = str(self.cleaned_data["telephone"])
        try:
            return phones.check(text) if text else ""
        except BadIdentifier as error:
            raise ValidationError(str(error)) from error

    def check_document(self, kind: str, text: str) -> None:
        found = self.cleaned_data
        born_on = found.get("born_on", self.instance.born_on)
        try:
            number = identity.check(kind, text, sex=found.get("sex", self.instance.sex), born_on=born_on)
        except BadIdentifier as error:
            self.add_error("document", str(error))
        else:
            found["document"] = number
            self.instance.id_kind, self.instance.id_number = kind, number


class NewTeacherForm(AtASchool, PersonForm):
    """A person who is not in the register yet, with the first post."""

    school = school_field()
    stage = stage_field()
    kind = kind_field()
    subject = subject_field()
    hiring_form = hiring_field()
    since = since_field()

    class Meta:
        model = Teacher
        fields = ("name", "former_names", "latin_name", "sex", "born_on", "id_kind", "email", "hired_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(
            ["name", "former_names", "latin_name", "sex", "born_on", "id_kind", "document", "telephone"]
        )
        self.narrow_to_own_school()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if "id_kind" in found:
            self.check_document(found["id_kind"], found.get("document", ""))
        found["school_stage"] = self.found_stage()
        if found.get("kind") == PostKind.TEACHING and not found.get("subject"):
            self.add_error("subject", _("A teaching post has a subject. Choose it from the list."))
        return found


class TeacherForm(PersonForm):
    """Changing a record. For a school, what personnel keeps stands below and becomes a request."""

    new_id_kind = forms.ChoiceField(
        label=_("Identity document"),
        choices=[("", _("as it is"))] + [one for one in IdKind.choices if one[0] != IdKind.NONE],
        required=False,
    )
    no_telephone = forms.BooleanField(label=_("Remove the telephone number"), required=False)

    class Meta:
        model = Teacher
        fields = (
            "name",
            "former_names",
            "latin_name",
            "sex",
            "born_on",
            "email",
            "hired_on",
            "title",
            "title_on",
            "post_grade",
            "key_level",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].help_text = self._present_document()
        if self.instance.phone:
            self.fields["telephone"].help_text = _("Now %(phone)s. Leave this empty to keep it.") % {
                "phone": self.instance.masked_phone
            }
        else:
            del self.fields["no_telephone"]
        front = ["name", "former_names", "latin_name", "sex", "born_on", "new_id_kind", "document"]
        self.order_fields([*front, "telephone", "no_telephone", "email"])
        self._mark_kept(writable_of(self.instance, self.principal))

    def _mark_kept(self, own: frozenset[str]) -> None:
        """Say of each field that is not the person's that a change becomes a request; ask why."""
        shown = {"identity": ("new_id_kind", "document"), "phone": ("telephone", "no_telephone")}
        kept = [name for field in EDITABLE if field not in own for name in shown.get(field, (field,))]
        kept = [name for name in kept if name in self.fields]
        for name in kept:
            field = self.fields[name]
            field.help_text = format_lazy("{} {}", field.help_text, KEPT_BY_BUREAU)
        if kept:
            self.fields["reason"] = reason_field()
            own_fields = [name for name in self.fields if name not in (*kept, "reason")]
            self.order_fields([*own_fields, *kept, "reason"])

    def _present_document(self) -> Any:
        if self.instance.has_no_document:
            return _("The register has no document of this person yet.")
        return _("Now %(kind)s %(number)s. Leave this empty to keep it.") % {
            "kind": self.instance.get_id_kind_display(),
            "number": self.instance.masked_id,
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind, number = found.get("new_id_kind") or self.instance.id_kind, found.get("document", "")
        if number or found.get("new_id_kind"):
            self.check_document(kind, number)
        if found.get("no_telephone") and found.get("telephone"):
            self.add_error("no_telephone", _("Enter another number or remove the present one, not both."))
        return found

    def values(self) -> dict[str, Any]:
        """What was changed, as the service takes it."""
        found = self.cleaned_data
        values = {name: found[name] for name in self.Meta.fields if name in self.changed_data}
        if found.get("document"):
            values["identity"] = (self.instance.id_kind, found["document"])
        if found.get("telephone"):
            values["phone"] = found["telephone"]
        elif found.get("no_telephone"):
            values["phone"] = ""
        return values


class RevealForm(PortalForm):
    """Which number is to be shown, and why."""

    field = forms.ChoiceField(
        label=_("What you need"),
        choices=[("id_number", _DOCUMENT), ("phone", _PHONE)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is kept in the audit with your name."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
