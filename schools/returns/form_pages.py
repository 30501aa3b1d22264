"""Forms, their versions and collections on the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from bureau.access.services import may, permitted
from bureau.access.views import Records, rule
from bureau.accounts.principals import Principal
from bureau.charter.selectors import sections
from bureau.pages.filters import PortalFilterSet
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
from bureau.workflow.services import amend, perform
from schools.choices import Stage
from schools.models import District, SchoolStage
from schools.returns import form_forms, form_views
from schools.returns.choices import CollectionStatus, Period, VersionStatus
from schools.returns.designer import views
from schools.returns.models import Collection, Form, FormVersion, Return
from schools.returns.services import designing, issuing, moving

VERSION_TAGS: Mapping[str, TagKind] = {
    "draft": "new",
    "frozen": "done",
    "replaced": "moved",
    "discarded": "bad",
}
COLLECTION_TAGS: Mapping[str, TagKind] = {
    "draft": "new",
    "issued": "half",
    "locked": "done",
    "cancelled": "bad",
}


def _mount(
    pageset: PageSet, workspace: Workspace, model: Any, pages: Sequence[tuple[str, Any, str, str]]
) -> list[URLPattern]:
    options: Any = {"pageset": pageset, "workspace": workspace}
    return [
        path(route, rule(Records(workspace, verb, model))(view.as_view(**options)), name=name)
        for route, view, verb, name in pages
    ]


class FormFilter(PortalFilterSet):
    free_choices = ("owner",)

    owner = django_filters.ModelChoiceFilter(
        label=_("Section in charge"), queryset=lambda _request: sections()
    )
    period = django_filters.ChoiceFilter(label=_("Period"), choices=Period.choices)

    class Meta:
        model = Form
        fields = ("owner", "period")


class CollectionFilter(PortalFilterSet):
    free_choices = ("owner",)

    owner = django_filters.ModelChoiceFilter(
        label=_("Section in charge"), queryset=lambda _request: sections()
    )
    asked_form = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("school return", "Form"),
        field_name="version_of_form__form",
        queryset=lambda _request: Form.objects.all(),
    )
    year = django_filters.NumberFilter(label=_("Year"))
    due_on = django_filters.DateFilter(label=_("Due until"), lookup_expr="lte")

    class Meta:
        model = Collection
        fields = ("owner", "asked_form", "year", "due_on")


VERSION_COLUMNS = (
    Column("number", label=_("Version"), link=True, sort="number"),
    Column("status", kind="tag", tags=VERSION_TAGS),
    Column("frozen_on", kind="date"),
    Column("note"),
)
COLLECTION_COLUMNS = (
    Column("label", label=_("Collection"), link=True, sort="title_zh"),
    Column("year", kind="text", sort="year"),
    Column("due_on", kind="date", sort="due_on"),
    Column("status", kind="tag", tags=COLLECTION_TAGS),
)


@register
class FormPages(PageSet):
    model = Form
    slug = "forms"
    menu = Menu(
        group="section", label=_("Forms"), icon="doc", order=41, capability="schools.returns", always=True
    )
    note = _("What sections ask of schools: on what ground, how often, at what cost.")
    empty = _("No form fits. A section begins one with its legal basis.")
    columns = (
        Column("label", label=pgettext_lazy("school return", "Form"), link=True, sort="name_zh"),
        Column("code", sort="code", low=True),
        Column("owner", sort="owner__order"),
        Column("period", sort="period"),
        Column("minutes", kind="number", sort="minutes"),
        Column("expires_on", kind="date", sort="expires_on"),
    )
    search = ("code", "name_zh", "name", "legal_basis")
    search_label = _("Name, code or legal basis")
    filters = FormFilter
    select_related = ("owner",)
    add_form = form_forms.FormForm
    form = form_forms.FormForm
    panels = (
        Panel(
            _("The form"),
            fields=(
                "code",
                "name_zh",
                Column("name", label=_("English name")),
                Column("purpose_zh", kind="long"),
                Column("purpose", kind="long"),
                "owner",
                "legal_basis",
                Column("expires_on", kind="date"),
                "period",
                "minutes",
                "needs_district",
                "is_public",
            ),
        ),
        Panel(
            _("Designing"),
            template="schools/returns/forms/begin.html",
            context=lambda form, by: _designing(form),
            shown=lambda form, by: bool(may(by, "change", form)),
        ),
        Related(
            _("Versions"),
            FormVersion,
            "form",
            VERSION_COLUMNS,
            ordering=("-number",),
            select_related=("form",),
            empty=_("There is no version yet."),
        ),
        Related(
            _("Collections"),
            Collection,
            "version_of_form__form",
            COLLECTION_COLUMNS,
            ordering=("-year", "-pk"),
            empty=_("The form has not been issued yet."),
        ),
    )

    def title(self, record: Form) -> str:
        return record.label

    def facts(self, record: Form) -> Sequence[Text]:
        minutes = ngettext("%(count)d minute", "%(count)d minutes", record.minutes) % {
            "count": record.minutes
        }
        return [record.owner.label, record.get_period_display(), minutes]

    def save(self, form: Any, by: Principal) -> Form:
        return designing.save_form(form=form.instance, by=by, fields=tuple(form.changed_data))

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        pages = (
            ("<int:pk>/begin/", form_views.BeginView, "change", "form_begin"),
            ("<int:pk>/workbook/", form_views.WorkbookView, "change", "form_workbook"),
        )
        return _mount(self, workspace, Form, pages)


def _designing(form: Form) -> Mapping[str, Any]:
    return {
        "form": form,
        "draft": form.versions.filter(status=VersionStatus.DRAFT).first(),
        "last": form.versions.exclude(status=VersionStatus.DISCARDED).order_by("-number").first(),
    }


@register
class VersionPages(PageSet):
    model = FormVersion
    slug = "form-versions"
    exports = False
    empty = _("No version fits.")
    columns = (Column("form", sort="form__code"), *VERSION_COLUMNS)
    search = ("form__code", "form__name_zh", "form__name")
    search_label = _("Name or code of the form")
    tabs = Tabs("status")
    ordering = ("form__code", "-number")
    select_related = ("form__owner",)
    tags = VERSION_TAGS
    form = form_forms.VersionForm
    panels = (
        Panel(
            _("Content"),
            template="schools/returns/forms/version.html",
            context=lambda version, by: _version(version, by),
        ),
        Panel(_("Version"), fields=("form", "number", "note", Column("frozen_on", kind="date"))),
        Related(
            _("Collections"),
            Collection,
            "version_of_form",
            COLLECTION_COLUMNS,
            ordering=("-year", "-pk"),
            empty=_("This version has not been issued."),
        ),
    )

    def title(self, record: FormVersion) -> str:
        return _t("%(form)s, version %(number)d") % {"form": record.form, "number": record.number}

    def locked(self, record: FormVersion, principal: Principal) -> Text:
        return designing.why_fixed(record)

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        block = "<int:pk>/design/parts/<str:part>/blocks/<str:block>/"
        pages = (
            ("<int:pk>/design/", views.DesignView, "change", "formversion_design"),
            ("<int:pk>/design/move/", views.MoveView, "change", "formversion_move"),
            ("<int:pk>/design/parts/", views.PartView, "change", "formversion_part_new"),
            ("<int:pk>/design/parts/<str:part>/", views.PartView, "change", "formversion_part"),
            (
                "<int:pk>/design/parts/<str:part>/blocks/",
                views.NewBlockView,
                "change",
                "formversion_block_new",
            ),
            (block, views.BlockView, "change", "formversion_block"),
            (f"{block}rule/", views.RuleView, "change", "formversion_rule"),
            ("<int:pk>/design/checks/", views.CheckView, "change", "formversion_check_new"),
            ("<int:pk>/design/checks/<str:check>/", views.CheckView, "change", "formversion_check"),
            ("<int:pk>/preview/", form_views.PreviewView, "view", "formversion_preview"),
            ("<int:pk>/held/", form_views.HeldView, "view", "formversion_held"),
            ("<int:pk>/compare/", form_views.CompareView, "view", "formversion_compare"),
            ("<int:pk>/workbook/", form_views.DownloadView, "view", "formversion_workbook"),
        )
        return _mount(self, workspace, FormVersion, pages)


def _version(version: FormVersion, by: Principal) -> Mapping[str, Any]:
    content = version.content
    is_draft = version.status == VersionStatus.DRAFT
    return {
        "version": version,
        "content": content,
        "cells": len(content.cells),
        "may_design": is_draft and bool(may(by, "change", version)),
        "has_earlier": version.number > 1,
        "faults": designing.faults(content) if is_draft else [],
    }


@register
class CollectionPages(PageSet):
    model = Collection
    slug = "collections"
    sheets = ("schools.past_returns",)
    menu = Menu(
        group="section",
        label=_("Collections"),
        icon="doc",
        order=40,
        capability="schools.returns",
        always=True,
    )
    note = _("A form issued for one period to a circle of schools.")
    empty = _("No collection fits. A section prepares one from a form that is in use.")
    columns = (
        *COLLECTION_COLUMNS[:1],
        Column("owner", sort="owner__order", low=True),
        *COLLECTION_COLUMNS[1:2],
        Column("part", label=_("Part of the year"), value=lambda one: one.part_words, low=True),
        Column("opens_on", kind="date", sort="opens_on", low=True),
        *COLLECTION_COLUMNS[2:],
    )
    search = ("title_zh", "title", "version_of_form__form__code", "version_of_form__form__name_zh")
    search_label = _("Title, or name or code of the form")
    filters = CollectionFilter
    tabs = Tabs("status")
    ordering = ("-year", "-part", "-pk")
    select_related = ("owner", "version_of_form__form")
    tags = COLLECTION_TAGS
    add_form = form_forms.CollectionForm
    form = form_forms.CollectionForm
    prefill = ("version_of_form",)
    panels = (
        Panel(
            _("Who is asked"),
            template="schools/returns/forms/asked.html",
            context=lambda collection, by: _asked(collection, by),
        ),
        Panel(
            _("The collection"),
            fields=(
                Column("version_of_form", label=pgettext_lazy("school return", "Form")),
                "title_zh",
                Column("title", label=_("English title")),
                Column("year", kind="text"),
                Column("part", label=_("Part of the year"), value=lambda one: one.part_words),
                Column("opens_on", kind="date"),
                Column("due_on", kind="date"),
                Column("locks_on", kind="date"),
                Column("issued_on", kind="date"),
                "repeat_reason",
            ),
        ),
    )

    def title(self, record: Collection) -> str:
        return record.label

    def facts(self, record: Collection) -> Sequence[Text]:
        return [record.owner.label]

    def locked(self, record: Collection, principal: Principal) -> Text:
        if record.status == CollectionStatus.DRAFT:
            return ""
        return _t("The collection was issued; its period and its circle stay as they are.")

    @transaction.atomic
    def save(self, form: Any, by: Principal) -> Collection:
        saved: Collection
        given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        many = {"types": given.pop("types"), "districts": given.pop("districts")}
        many["schools"] = given.pop("codes")
        if form.instance.pk is None:
            form.instance.owner = given["version_of_form"].form.owner
            saved = perform(form.instance, "prepare", by=by)
        else:
            changes = {name: value for name, value in given.items() if name in form.changed_data}
            saved = amend(form.instance, by=by, changes=changes)
        for name, rows in many.items():
            getattr(saved, name).set(rows)
        return saved

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        pages = (
            ("<int:pk>/schools/", form_views.AddSchoolsView, "issue", "collection_add_schools"),
            ("<int:pk>/version/", form_views.MoveVersionView, "issue", "collection_move"),
        )
        return _mount(self, workspace, Collection, pages)


def _asked(collection: Collection, by: Principal) -> Mapping[str, Any]:
    """How many schools, by district and first stage; minutes in total."""
    is_draft = collection.status == CollectionStatus.DRAFT
    form = collection.version_of_form.form
    found: dict[str, Any] = {
        "collection": collection,
        "is_draft": is_draft,
        "version": collection.version_of_form,
    }
    if is_draft:
        table = by_district_and_stage(collection)
        count = sum(sum(row.values()) for row in table.values())
        stages = [stage for stage in Stage if any(row[stage] for row in table.values())]
        rows = [(name, [row[stage] for stage in stages], sum(row.values())) for name, row in table.items()]
        why = issuing.why_not_issued(collection)
        return {**found, "count": count, "stages": stages, "rows": rows, "why": why, **_cost(form, count)}
    count = collection.returns.count()
    is_issued = collection.status == CollectionStatus.ISSUED
    return {
        **found,
        "count": count,
        "missing": issuing.not_asked_yet(collection).count() if is_issued else 0,
        "may_issue": is_issued and bool(may(by, "issue", collection)),
        "counted_url": _counted_url(collection, by),
        "later": moving.later_version(collection) if is_issued else None,
        **_cost(form, count),
    }


def _counted_url(collection: Collection, by: Principal) -> str:
    """Where it is counted who has reported; past figures are not."""
    is_counted = collection.issued_on is not None and not collection.is_past
    if not is_counted or not permitted(by, "view", Return).filter(collection=collection).exists():
        return ""
    return f"{reverse('desk:schools:return_completeness')}?collection={collection.pk}"


def _cost(form: Form, count: int) -> dict[str, int]:
    return {"minutes": form.minutes, "total": form.minutes * count, "hours": round(form.minutes * count / 60)}


def by_district_and_stage(collection: Collection) -> dict[str, Counter[str]]:
    """District → stage → schools; a school with several stages counts once, at its first."""
    first = SchoolStage.objects.filter(school=OuterRef("pk")).order_by("order").values("stage")[:1]
    rows = issuing.addressed(collection).order_by().annotate(first=Subquery(first))
    counted = rows.values_list("district_id", "first").annotate(count=Count("pk"))
    labels = {district.pk: district.label for district in District.objects.order_by("code")}
    found: dict[str, Counter[str]] = {}
    for district, stage, count in sorted(counted, key=lambda row: list(labels).index(row[0])):
        found.setdefault(labels[district], Counter())[stage] += count
    return found
