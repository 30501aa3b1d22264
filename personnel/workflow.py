"""The life of a teacher's record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.duplicates.life import folding, life
from bureau.workflow.declare import Condition, Data, Transition, Workflow, register
from personnel import forms, post_forms
from personnel.choices import TeacherStatus
from personnel.models import Teacher, TeacherDuplicate
from personnel.selectors.fields import may_write
from personnel.services import duplicates, posts
from personnel.services import register as register_services

_HERE = (TeacherStatus.IN_POST, TeacherStatus.UNASSIGNED)
_KNOWN = (*_HERE, TeacherStatus.LEFT)


def _same(teacher: Any, data: Data) -> str:
    return str(teacher.status)


def _kept_by_personnel(teacher: Any, by: Principal) -> str:
    return (
        ""
        if may_write(by, "title", teacher)
        else _t("The personnel section keeps titles. Ask it for the change.")
    )


def _kept(field: str) -> Condition:
    """A school does this while the table of field ownership says so."""

    def refusal(teacher: Any, by: Principal) -> str:
        said = _t("The personnel section keeps these fields. Ask it for the change.")
        return "" if may_write(by, field, teacher) else said

    return refusal


def _nothing(teacher: Any, by: Principal, data: Data) -> None:
    """The step writes rows beside the record, after it."""


def _appoint(teacher: Any, by: Principal, data: Data) -> None:
    posts.open_post(teacher, data["school_stage"], data, by=by)


def _end_post(teacher: Any, by: Principal, data: Data) -> None:
    posts.close_post(data["post"], until=data["until"], ended_by=data["ended_by"], by=by)
    teacher.refresh_from_db(fields=["main_post"])


def _change_post(teacher: Any, by: Principal, data: Data) -> None:
    values = {name: data[name] for name in ("kind", "subject", "hiring_form")}
    posts.change_post(data["post"], data["school_stage"], values, since=data["since"], by=by)


register(
    Workflow(
        Teacher,
        (
            Transition(
                "enter",
                _("Enter in the register"),
                (),
                register_services.first_status,
                targets=_HERE,
                effect=register_services.enter,
                then=register_services.entered,
            ),
            Transition(
                "appoint",
                _("Appoint to a post"),
                _KNOWN,
                TeacherStatus.IN_POST,
                verb="change",
                form=post_forms.AppointForm,
                effect=_nothing,
                then=_appoint,
                done_label=_("Appointed to a post"),
            ),
            Transition(
                "change_post",
                _("Change to another post or stage"),
                (TeacherStatus.IN_POST,),
                TeacherStatus.IN_POST,
                verb="change",
                form=post_forms.ChangePostForm,
                effect=_nothing,
                then=_change_post,
                done_label=_("Changed to another post"),
            ),
            Transition(
                "end_post",
                _("End a post"),
                (TeacherStatus.IN_POST,),
                posts.status_after,
                targets=_KNOWN,
                verb="change",
                form=post_forms.EndPostForm,
                effect=_end_post,
                done_label=_("Post ended"),
            ),
            Transition(
                "lapse",
                _("Last post is over"),
                (TeacherStatus.IN_POST,),
                posts.status_after,
                targets=_KNOWN,
                effect=_nothing,
                by_system=True,
            ),
            Transition(
                "add_qualification",
                _("Add a teacher qualification"),
                _KNOWN,
                _same,
                targets=_KNOWN,
                verb="change",
                form=forms.NewQualificationForm,
                condition=_kept("qualifications"),
                effect=_nothing,
                then=register_services.add_qualification,
                done_label=_("Teacher qualification added"),
            ),
            Transition(
                "add_education",
                _("Add education"),
                _KNOWN,
                _same,
                targets=_KNOWN,
                verb="change",
                form=forms.NewEducationForm,
                condition=_kept("educations"),
                effect=_nothing,
                then=register_services.add_education,
                done_label=_("Education added"),
            ),
            Transition(
                "add_award",
                _("Note an award"),
                _KNOWN,
                _same,
                targets=_KNOWN,
                verb="change",
                form=forms.AwardForm,
                effect=_nothing,
                then=register_services.add_award,
                done_label=_("Award noted"),
            ),
            Transition(
                "award_title",
                _("Enter a professional title"),
                _HERE,
                _same,
                targets=_HERE,
                verb="change",
                form=forms.TitleForm,
                condition=_kept_by_personnel,
                effect=register_services.award_title,
                then=register_services.title_awarded,
                done_label=_("Professional title entered"),
            ),
            Transition(
                "name_key_teacher",
                _("Name a key teacher"),
                _HERE,
                _same,
                targets=_HERE,
                verb="train",
                form=forms.KeyTeacherForm,
                effect=register_services.name_key_teacher,
                then=register_services.key_teacher_named,
                done_label=_("Named a key teacher"),
            ),
            *folding(
                live=_KNOWN,
                double=TeacherStatus.MERGED,
                then=duplicates.note_merge,
                status=duplicates.status_with,
            ),
        ),
        label=_("Teacher"),
        icon="teacher",
    )
)
register(life(TeacherDuplicate, label=_("Possible duplicate")))
