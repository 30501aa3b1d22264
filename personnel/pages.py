"""The register's pages in the bureau's and the schools' workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.pages.duplicates import PairPages, doubles
from bureau.pages.pagesets import (
    Along,
    Column,
    Menu,
    PageSet,
    Panel,
    Related,
    Tabs,
    TagKind,
    Text,
    Workspace,
    register,
)
from bureau.proposals.words import said_of
from personnel import filters, forms, post_forms, reveal
from personnel.changes.selectors import pending
from personnel.changes.services import change_or_ask
from personnel.models import CareerEvent, Education, Post, Qualification, Teacher, TeacherDuplicate
from personnel.panels import EDUCATION, POSTS, QUALIFICATIONS, TIMELINE, TRANSFERS, asking
from personnel.services.posts import POST_FIELDS
from personnel.services.register import enter_teacher
from personnel.transfers.models import Transfer

STATUS_TAGS: Mapping[str, TagKind] = {
    "in_post": "done",
    "unassigned": "warn",
    "left": "moved",
    "merged": "moved",
}


def _numbers(teacher: Any, by: Principal) -> Mapping[str, Any]:
    return {"teacher": teacher, "reveals": bool(may(by, "reveal", teacher))}


class TeacherPages(PageSet):
    """What both workspaces show of a teacher."""

    model = Teacher
    slug = "teachers"
    api = True
    columns = (
        Column("name", link=True, sort=("name_sort",)),
        Column("number", sort="number"),
        Column(
            "school", label=_("School"), value=Along("main_post.school"), sort="main_post__school__initials"
        ),
        Column("stage", label=_("Stage"), value=Along("main_post.stage"), low=True),
        Column("subject", label=pgettext_lazy("taught", "Subject"), value=Along("main_post.subject")),
        Column("title", sort=("title__series", "title__rank")),
        Column("hiring_form", label=_("Hiring form"), value=Along("main_post.hiring_form"), low=True),
        Column("status", kind="tag"),
    )
    search = ("name", "number__istartswith", "initials__istartswith", "former_names")
    search_label = _("Name, former name, pinyin initials or teacher number")
    tabs = Tabs("status")
    ordering = ("name_sort",)
    select_related = (
        "title",
        "key_level",
        "main_post__school",
        "main_post__subject",
        "main_post__hiring_form",
    )
    tags = STATUS_TAGS
    empty = _("No teacher of your remit fits. Remove a filter, or look at another tab.")
    # A page that shows one of them reads it for that one record.
    unread = ("id_number", "phone")
    form = forms.TeacherForm
    add_form = forms.NewTeacherForm
    sheets = ("personnel.roster",)
    panels: ClassVar[Sequence[Panel | Related]] = (
        Panel(
            _("Waiting for a decision"),
            template="proposals/pending.html",
            context=lambda teacher, by: {"rows": pending(teacher, by)},
            shown=lambda teacher, by: bool(pending(teacher, by)),
        ),
        Panel(
            _("The person"),
            fields=("number", "name", "former_names", "latin_name", "sex", "born_on", "hired_on"),
        ),
        Panel(_("Documents and contact"), template="personnel/identity.html", context=_numbers),
        Panel(_("Title and rank"), fields=("title", "title_on", "post_grade", "key_level")),
        doubles(),
        Related(
            _("Posts"),
            Post,
            "teacher",
            POSTS,
            ("-since",),
            select_related=("school", "subject", "hiring_form"),
        ),
        Related(
            _("Teacher qualifications"),
            Qualification,
            "teacher",
            QUALIFICATIONS,
            ("-issued_on",),
            select_related=("subject",),
        ),
        Related(_("Education"), Education, "teacher", EDUCATION, ("-finished_on",)),
        Related(_("Transfers"), Transfer, "teacher", TRANSFERS, select_related=("from_school", "to_school")),
        Related(_("Career"), CareerEvent, "teacher", TIMELINE, ("-on", "-pk"), select_related=("school",)),
    )

    def facts(self, record: Any) -> Sequence[Text]:
        post = record.main_post
        found = [record.number, str(post.school) if post else "", str(post.subject or "") if post else ""]
        return [text for text in found if text]

    def save(self, form: Any, by: Principal) -> Teacher:
        if form.instance.pk is not None:
            reason = form.cleaned_data.get("reason", "")
            changed, asked = change_or_ask(teacher=form.instance, values=form.values(), by=by, reason=reason)
            changed.asked_for = len(asked)  # type: ignore[attr-defined]
            return changed
        found = form.cleaned_data
        values = {name: found[name] for name in (*forms.NewTeacherForm.Meta.fields, "document", "telephone")}
        post = {name: found[name] for name in POST_FIELDS if name in found}
        return enter_teacher(values=values, post={**post, "school_stage": found["school_stage"]}, by=by)

    def changed(self, record: Any) -> Text:
        return said_of(record)

    def locked(self, record: Any, principal: Principal) -> Text:
        if record.merged_into_id is None:
            return ""
        return _("This record was merged into another one; it stays as it is.")


@register
class DeskTeacherPages(TeacherPages):
    """The register as sections and districts see it."""

    menu = Menu("registers", _("Teachers"), icon="teacher", order=15)
    filters = filters.TeacherFilter
    panels = (*TeacherPages.panels, asking("desk"))
    note = _("Your remit decides which teachers you see here. Numbers of persons are masked.")
    bulk = ("award_title",)

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return (reveal.url(self, workspace),)


@register
class OwnTeacherPages(TeacherPages):
    """The school's own roster."""

    workspaces = ("school",)
    menu = Menu("mine", _("Our teachers"), icon="teacher", order=25, always=True)
    filters = filters.OwnTeacherFilter
    panels = (*TeacherPages.panels, asking("school"))
    note = _(
        "Everyone who has a post at your school. The personnel section keeps names, documents and titles."
    )


@register
class TeacherDuplicatePages(PairPages):
    """One person in the register twice."""

    model = TeacherDuplicate
    slug = "duplicates"
    menu = Menu("registers", _("Possible duplicate teachers"), icon="grid", order=16)
    note = _(
        "Numbers of documents are compared without being shown; at most their last two characters appear."
    )
    search = tuple(
        f"{side}__{name}"
        for side in ("first", "second")
        for name in ("name", "number__istartswith", "initials__istartswith")
    )
    select_related = tuple(
        f"{side}__{name}"
        for side in ("first", "second")
        for name in ("title", "key_level", "main_post__school")
    )


class PartPages(PageSet):
    """What belongs to a teacher: reached from the teacher's page."""

    workspaces = ("desk", "school")
    api = True
    search = ("teacher__name", "teacher__number__istartswith")
    exports = False


@register
class PostPages(PartPages):
    model = Post
    slug = "posts"
    columns = (Column("teacher", link=True, sort="teacher__name_sort"), *POSTS)
    ordering = ("-since",)
    select_related = ("teacher", "school", "subject", "hiring_form")
    form = post_forms.PostForm

    def title(self, record: Post) -> str:
        return f"{record.teacher} · {record}"


@register
class QualificationPages(PartPages):
    model = Qualification
    slug = "qualifications"
    columns = (Column("teacher"), *QUALIFICATIONS)
    ordering = ("-issued_on",)
    select_related = ("teacher", "subject")
    form = forms.QualificationForm

    def title(self, record: Qualification) -> str:
        return f"{record.teacher} · {record.get_kind_display()}"


@register
class EducationPages(PartPages):
    model = Education
    slug = "education"
    columns = (Column("teacher"), *EDUCATION)
    ordering = ("-finished_on",)
    select_related = ("teacher",)
    form = forms.EducationForm

    def title(self, record: Education) -> str:
        return f"{record.teacher} · {record}"


@register
class CareerEventPages(PartPages):
    model = CareerEvent
    slug = "career"
    columns = (Column("teacher"), *TIMELINE)
    ordering = ("-on", "-pk")
    select_related = ("teacher", "school")

    def title(self, record: CareerEvent) -> str:
        return f"{record.teacher} · {record}"
