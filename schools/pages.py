"""The register's pages in the bureau's and the schools' workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bureau.accounts.principals import Principal
from bureau.pages.duplicates import PairPages, doubles
from bureau.pages.pagesets import (
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
from bureau.workflow.refusals import Invalid
from schools import attachments as files
from schools import (
    beside_pages,
    filters,
    forms,
    home,  # noqa: F401 – registers what the start page of a school shows
    ownership_pages,  # noqa: F401 – who keeps which field
)
from schools.models import (
    Campus,
    ChangeRequest,
    Confirmation,
    School,
    SchoolChange,
    SchoolContact,
    SchoolDuplicate,
    SchoolFacts,
    SchoolLeader,
)
from schools.selectors import record
from schools.selectors.fields import EDITABLE, field_label, shown
from schools.services.confirmations import ask_to_confirm
from schools.services.facts import save_facts
from schools.services.register import change_school, create_school, default_manager

SCHOOL = Column("school", link=True, sort="school__initials")
LEADER = (Column("name", link=True), Column("post"), Column("since"), Column("until"))
CONTACT = (Column("kind", link=True), Column("phone"), Column("email"), Column("is_public"))
CAMPUS = (Column("name_zh", link=True), Column("address"), Column("is_main"))
FIGURES = (
    Column("year", link=True, kind="text", value=lambda facts: facts.year_label, sort="year"),
    Column("pupils", label=_("Pupils"), kind="number"),
    Column("classes"),
    Column("full_time_teachers"),
    Column("as_of"),
)
REQUEST_TAGS: Mapping[str, TagKind] = {
    "review": "new",
    "open": "half",
    "accepted": "done",
    "refused": "bad",
    "withdrawn": "moved",
}


class SchoolPages(PageSet):
    """What both workspaces show of a school."""

    model = School
    slug = "schools"
    api = True
    columns = (
        Column("label", label=_("School"), link=True, sort="initials"),
        Column("code", sort="code"),
        Column("district", sort="district__code"),
        Column("school_type", sort="school_type__code"),
        Column("is_private", low=True),
        Column("managed_by", low=True),
        Column("status", kind="tag"),
    )
    search = ("code", "name_zh", "name", "former_names", "initials")
    search_label = _("Name, former name, code or pinyin initials")
    ordering = ("code",)
    select_related = ("district", "school_type", "organiser", "area_class", "managed_by")
    tags = {
        "proposed": "new",
        "open": "done",
        "suspended": "warn",
        "closed": "bad",
        "merged": "moved",
        "double": "moved",
    }
    empty = _("No school of your remit fits. Remove a filter, or look at another tab.")
    attachments = files.SCHOOL_FILES
    panels = (
        Panel(
            _("Waiting for a decision"),
            template="proposals/pending.html",
            context=lambda school, by: {"rows": record.pending(school)},
            shown=lambda school, by: bool(record.pending(school)),
        ),
        Panel(
            _("The school"),
            fields=(
                "code",
                "name_zh",
                Column("name", label=_("English name")),
                "former_names",
                "school_type",
                Column("stages", label=_("Stages"), value=record.stage_labels),
                "organiser",
                "is_private",
                "credit_code",
                "founded_on",
                "closed_on",
                "managed_by",
            ),
        ),
        Panel(
            _("Where it stands"),
            fields=("district", "township", "address", "area_class", "longitude", "latitude", "as_of"),
        ),
        doubles(),
        Panel(
            _("Predecessors and successors"),
            template="schools/successions.html",
            context=lambda school, by: {"rows": record.successions(school)},
            shown=lambda school, by: bool(record.successions(school)),
        ),
        Related(_("Leaders"), SchoolLeader, "school", LEADER, ordering=("post", "-since")),
        Related(_("Contacts"), SchoolContact, "school", CONTACT),
        Related(_("Campuses"), Campus, "school", CAMPUS),
        Related(_("Figures by school year"), SchoolFacts, "school", FIGURES, ordering=("-year",)),
        Panel(
            _("What was changed"),
            template="schools/changes.html",
            context=lambda school, by: {"rows": record.recent_changes(school)},
        ),
    )

    def facts(self, record: Any) -> Sequence[Text]:
        return [text for text in (record.code, record.district.label, record.school_type.label) if text]


@register
class DeskSchoolPages(SchoolPages):
    """The register as sections and districts see it."""

    menu = Menu("registers", _("Schools"), icon="school", order=10)
    filters = filters.SchoolFilter
    tabs = Tabs("status")
    note = _("Your remit decides which schools you see here and which of them you change.")
    form = forms.SchoolForm
    add_form = forms.NewSchoolForm
    sheets = ("schools.roster",)

    def save(self, form: Any, by: Principal) -> School:
        values = _values(form)
        if form.instance.pk is not None:
            school = School.objects.get(pk=form.instance.pk)
            return change_school(school=school, values=values, by=by).school
        values = {name: form.cleaned_data[name] for name in EDITABLE}
        if values["managed_by"] is None:
            values["managed_by"] = default_manager(
                **{name: values[name] for name in ("organiser", "school_type", "district")}
            )
        return create_school(values=values, by=by, is_open=form.cleaned_data["is_open"])

    def locked(self, record: Any, principal: Principal) -> Text:
        return "" if record.is_in_use else _("The school has ended; its record stays as it is.")


@register
class OwnSchoolPages(SchoolPages):
    """The school's own record. What the bureau keeps becomes a change request."""

    workspaces = ("school",)
    menu = Menu("mine", _("My school"), icon="school", order=20, alone=True)
    form = forms.OwnSchoolForm
    exports = False

    def save(self, form: Any, by: Principal) -> School:
        school = School.objects.get(pk=form.instance.pk)
        outcome = change_school(
            school=school, values=_values(form), by=by, reason=form.cleaned_data.get("reason", "")
        )
        outcome.school.asked_for = len(outcome.requests)  # type: ignore[attr-defined]
        return outcome.school

    def changed(self, record: Any) -> Text:
        return said_of(record)

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return beside_pages.urls(self)


def _values(form: Any) -> dict[str, Any]:
    """What was changed on the page, of the fields that a record has."""
    return {name: form.cleaned_data[name] for name in form.changed_data if name in EDITABLE}


@register
class ChangeRequestPages(PageSet):
    """Requests of schools: to review for districts, to decide for sections, to follow for the school."""

    model = ChangeRequest
    workspaces = ("desk", "school")
    slug = "change-requests"
    api = True
    menu = Menu("registers", _("Change requests"), icon="pen", order=20)
    note = _("A school asks for another value of a field that the bureau keeps.")
    empty = _("There is no change request here.")
    columns = (
        SCHOOL,
        Column("field", label=_("Field"), value=lambda row: row.field_label),
        Column("created_at", label=_("Asked"), sort="created_at"),
        Column("reviewing_unit", low=True),
        Column("deciding_unit", low=True),
        Column("status", kind="tag"),
    )
    search = ("school__name_zh", "school__name", "school__code", "school__initials")
    filters = filters.RequestFilter
    tabs = Tabs("status")
    ordering = ("-created_at",)
    select_related = ("school", "reviewing_unit", "deciding_unit", "requested_by")
    tags = REQUEST_TAGS
    attachments = files.REQUEST_FILES
    panels = (
        Panel(
            _("What is asked for"),
            fields=(
                "school",
                Column("field", label=_("Field"), value=lambda row: row.field_label),
                Column("old", value=lambda row: shown(row.field, row.old)),
                Column("new", value=lambda row: shown(row.field, row.new)),
                "reason",
                "requested_by",
            ),
        ),
        Panel(
            _("What was said"),
            fields=("reviewing_unit", "opinion", "opinion_text", "deciding_unit", "refusal"),
        ),
    )


@register
class ConfirmationPages(PageSet):
    """Which schools were asked to confirm their details, and which did."""

    model = Confirmation
    workspaces = ("desk", "school")
    slug = "confirmations"
    api = True
    menu = Menu("registers", _("Confirm details"), icon="check", order=30)
    note = _("Schools look through their record once a year and confirm that it is right.")
    empty = _("No school has been asked yet.")
    columns = (
        SCHOOL,
        Column("year", kind="text", sort="year"),
        Column("due_on", sort="due_on"),
        Column("confirmed_on", sort="confirmed_on"),
        Column("reminders", low=True),
        Column("status", kind="tag"),
    )
    search = ("school__name_zh", "school__name", "school__code", "school__initials")
    filters = filters.ConfirmationFilter
    tabs = Tabs("status")
    ordering = ("-year", "due_on")
    select_related = ("school",)
    tags = {"asked": "new", "confirmed": "done"}
    add_form = forms.AskForm

    def save(self, form: Any, by: Principal) -> Confirmation:
        asked = ask_to_confirm(schools=form.schools(), due_on=form.cleaned_data["due_on"], by=by)
        if not asked:
            raise Invalid(_t("All these schools have been asked this year already."))
        asked[0].asked_with = len(asked)  # type: ignore[attr-defined]
        return asked[0]

    def added(self, record: Any) -> Text:
        count = getattr(record, "asked_with", 1)
        return ngettext("%(count)s school was asked.", "%(count)s schools were asked.", count) % {
            "count": count
        }


@register
class SchoolFactsPages(PageSet):
    """Figures by school year. An empty figure is unknown, never zero."""

    model = SchoolFacts
    workspaces = ("desk", "school")
    slug = "figures"
    api = True
    menu = Menu("registers", _("School figures"), icon="chart", order=40)
    empty = _("No figures are recorded here.")
    columns = (SCHOOL, *FIGURES)
    search = ("school__name_zh", "school__name", "school__code", "school__initials")
    ordering = ("-year", "school__code")
    select_related = ("school",)
    prefetch_related = ("pupil_counts",)
    form = forms.FactsForm
    add_form = forms.NewFactsForm
    panels = (
        Panel(
            _("Figures"),
            fields=(
                "school",
                Column("year", value=lambda facts: facts.year_label, kind="text"),
                "as_of",
                "source",
                "classes",
                "staff",
                "full_time_teachers",
                "land",
                "floor_area",
                "books",
                Column("equipment_fen", label=_("Value of equipment (yuan)"), kind="money"),
                "computers",
            ),
        ),
        Panel(
            _("Pupils by year and sex"),
            template="schools/pupils.html",
            context=lambda facts, by: {"rows": facts.pupil_counts.all(), "total": facts.pupils},
        ),
    )

    def save(self, form: Any, by: Principal) -> SchoolFacts:
        counts = form.counts() if isinstance(form, forms.FactsForm) else None
        return save_facts(facts=form.instance, by=by, counts=counts, fields=form.changed_data)


@register
class SchoolChangePages(PageSet):
    """Every change of every record, by field."""

    model = SchoolChange
    slug = "changes"
    menu = Menu("registers", _("Changes of records"), icon="clock", order=50)
    columns = (
        Column("at", link=True, sort="at"),
        Column("school", sort="school__initials"),
        Column("field", label=_("Field"), value=lambda row: field_label(row.field)),
        Column("source"),
        Column("by_name"),
    )
    search = ("school__name_zh", "school__name", "school__code", "old", "new")
    filters = filters.ChangeFilter
    ordering = ("-at",)
    select_related = ("school",)
    panels = (
        Panel(
            _("Change"),
            fields=(
                "school",
                Column("field", label=_("Field"), value=lambda row: field_label(row.field)),
                Column("old", value=lambda row: shown(row.field, row.old)),
                Column("new", value=lambda row: shown(row.field, row.new)),
                "source",
                "reason",
                "by_name",
                "at",
            ),
        ),
    )

    def title(self, record: SchoolChange) -> str:
        return f"{record.school} · {field_label(record.field)}"


@register
class SchoolDuplicatePages(PairPages):
    """One school in the register twice. Two schools of which one ends are merged on the school's own page."""

    model = SchoolDuplicate
    slug = "duplicates"
    menu = Menu("registers", _("Possible duplicate schools"), icon="grid", order=60)
    note = _(
        "Two records of one school become one here. Where one real school ends in another one, use the step "
        "“Merge into another school” on the page of the school that ends."
    )
    search = tuple(
        f"{side}__{name}" for side in ("first", "second") for name in ("name_zh", "name", "code", "initials")
    )
    select_related = tuple(
        f"{side}__{name}"
        for side in ("first", "second")
        for name in ("district", "school_type", "organiser", "area_class", "managed_by")
    )


class PartPages(PageSet):
    """Records that hang on a school and that the school keeps itself."""

    select_related = ("school",)
    search = ("school__name_zh", "school__name", "school__code", "school__initials")
    exports = False
    api = True


class LeaderPages(PartPages):
    model = SchoolLeader
    slug = "leaders"
    columns = (*LEADER, Column("school", low=True))
    form = forms.LeaderForm
    add_form = forms.LeaderForm


class ContactPages(PartPages):
    model = SchoolContact
    slug = "contacts"
    columns = (*CONTACT, Column("school", low=True))
    form = forms.ContactForm
    add_form = forms.ContactForm


class CampusPages(PartPages):
    model = Campus
    slug = "campuses"
    columns = (*CAMPUS, Column("school", low=True))
    form = forms.CampusForm
    add_form = forms.CampusForm


def _mount(declared: type[PageSet], label: Text, icon: str, order: int) -> None:
    """On the desk reached from the school; in the school's own menu with an entry."""
    register(declared)
    menu = Menu("mine", label, icon=icon, order=order, always=True)
    own: Mapping[str, Any] = {"workspaces": ("school",), "menu": menu}
    register(type(f"Own{declared.__name__}", (declared,), dict(own)))


_mount(LeaderPages, _("Leaders"), "user", 30)
_mount(ContactPages, _("Contacts"), "phone", 40)
_mount(CampusPages, _("Campuses"), "building", 50)
