"""Forms of posts: where somebody works, as what, from when until when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.identifiers.text import compact
from bureau.pages.forms import PortalForm, PortalModelForm
from personnel.choices import PostEnd, PostKind
from personnel.models import HiringForm, Post, Subject
from schools.choices import SchoolStatus, Stage
from schools.models import School, SchoolStage

_RUNNING = (SchoolStatus.OPEN, SchoolStatus.SUSPENDED, SchoolStatus.PROPOSED)


class SchoolField(forms.CharField):
    """A school by its identification code or its whole name."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        schools = School.objects.filter(status__in=_RUNNING)
        found = list(schools.filter(code=compact(text))[:1] or schools.filter(name_zh=text.strip())[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(_("Several schools have this name. Type the identification code."))
        raise ValidationError(_("There is no school in use with this identification code or whole name."))


def school_field() -> SchoolField:
    return SchoolField(label=_("School"), help_text=_("Identification code or whole name."), max_length=100)


def stage_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Stage"), choices=[("", _("Choose…")), *Stage.choices])


class AtASchool(forms.BaseForm):
    """School and stage of a post. Whoever has only one school is not asked which."""

    principal: Principal

    def narrow_to_own_school(self) -> None:
        own = list(permitted(self.principal, "view", School).prefetch_related("stages")[:2])
        if len(own) != 1:
            return
        school, stages = own[0], [row.stage for row in own[0].stages.all()]
        self.fields["school"].widget = forms.HiddenInput()
        self.initial["school"] = school.code or school.name_zh
        stage: Any = self.fields["stage"]
        stage.choices = [(one, Stage(one).label) for one in stages]
        if len(stages) == 1:
            self.initial["stage"] = stages[0]
            stage.widget = forms.HiddenInput()

    def found_stage(self) -> SchoolStage | None:
        """The stage of the school that was named; adds an error where the school has no such stage."""
        school, stage = self.cleaned_data.get("school"), self.cleaned_data.get("stage")
        if school is None or not stage:
            return None
        found = SchoolStage.objects.select_related("school").filter(school=school, stage=stage).first()
        if found is None:
            self.add_error("stage", _("This school does not have this stage."))
        return found


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Kind of post"), choices=PostKind.choices, initial=PostKind.TEACHING)


def subject_field() -> forms.ModelChoiceField[Subject]:
    return forms.ModelChoiceField(
        label=pgettext_lazy("taught", "Subject"), queryset=Subject.objects.all(), required=False
    )


def hiring_field() -> forms.ModelChoiceField[HiringForm]:
    return forms.ModelChoiceField(label=_("Hiring form"), queryset=HiringForm.objects.all())


def since_field() -> forms.DateField:
    return forms.DateField(label=_("First day in the post"), initial=timezone.localdate)


class AppointForm(AtASchool, PortalForm):
    """A post at a school, for a teacher who is in the register."""

    school = school_field()
    stage = stage_field()
    kind = kind_field()
    subject = subject_field()
    hiring_form = hiring_field()
    is_main = forms.BooleanField(label=_("Main post"), required=False, initial=True)
    since = since_field()
    until = forms.DateField(label=_("Last day, where it is known"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.narrow_to_own_school()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        found["school_stage"] = self.found_stage()
        return found


class OnePostForm(PortalForm):
    """Which of the teacher's posts in force is meant; the only one is chosen already."""

    post = forms.ModelChoiceField(label=_("Post"), queryset=Post.objects.none())
    choice_verbs = {"post": "change"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["post"]
        if self.record is None:
            return
        rows = permitted(self.principal, "change", Post).filter(teacher=self.record)
        field.queryset = rows.filter(pk__in=Post.objects.in_force().values("pk")).select_related("school")
        if len(own := list(field.queryset[:2])) == 1:
            self.initial["post"] = own[0].pk


class EndPostForm(OnePostForm):
    until = forms.DateField(label=_("Last day"), initial=timezone.localdate)
    ended_by = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose…"))]
        + [(end.value, end.label) for end in PostEnd if end is not PostEnd.TRANSFERRED],
    )


class ChangePostForm(OnePostForm):
    """Another stage, kind, subject or footing in the same school, from a day on."""

    stage = stage_field()
    kind = kind_field()
    subject = subject_field()
    hiring_form = hiring_field()
    since = since_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["post"]
        own = list(field.queryset.prefetch_related("school__stages")[:5])
        stages = {row.stage for post in own for row in post.school.stages.all()}
        stage: Any = self.fields["stage"]
        stage.choices = [("", _("Choose…")), *((one.value, one.label) for one in Stage if one in stages)]
        if len(own) == 1:
            names = ("stage", "kind", "subject", "hiring_form")
            present = {name: getattr(own[0], f"{name}_id", getattr(own[0], name)) for name in names}
            self.initial.update(present)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        post = found.get("post")
        if post is not None and found.get("stage"):
            rows = SchoolStage.objects.select_related("school").filter(school=post.school_id)
            found["school_stage"] = rows.filter(stage=found["stage"]).first()
            if found["school_stage"] is None:
                self.add_error("stage", _("This school does not have this stage."))
        if found.get("kind") == PostKind.TEACHING and not found.get("subject"):
            self.add_error("subject", _("A teaching post has a subject. Choose it from the list."))
        return found


class PostForm(PortalModelForm):
    """Correcting a post; school and days change by appointing and ending."""

    class Meta:
        model = Post
        fields = ("kind", "subject", "hiring_form")
