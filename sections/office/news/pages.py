"""Articles, columns and the tables of publishing on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.accounts.principals import Principal
from bureau.pages.pagesets import Column as Col
from bureau.pages.pagesets import Menu, PageSet, Panel, Related, Tabs, Text, Workspace, register
from bureau.pages.saving import save_form
from bureau.pages.services import save_record
from bureau.public.publishing import public_changed
from sections.office.news import desk_views, forms, panels, services
from sections.office.news.choices import WRITING, ColumnStatus, LinkState, Outcome, Status
from sections.office.news.enclosures import ENCLOSURE, PICTURE, why_not_written
from sections.office.news.filters import ArticleFilter, ColumnFilter
from sections.office.news.models import (
    Article,
    ArticleLink,
    ArticleReview,
    Column,
    EditorialTerm,
    Picture,
    WrongWord,
)


@register
class ArticlePages(PageSet):
    model = Article
    slug = "articles"
    menu = Menu(group="section", label=_("News and notices"), icon="globe", order=20, always=True)
    note = _("Every section writes; three people review; the office publishes.")
    empty = _("No article fits. Write one: it begins as a draft of your section.")
    columns = (
        Col("label", label=_("Title"), link=True, sort="title_zh"),
        Col("column", sort="column__position"),
        Col("owner", label=_("Section"), sort="owner__order", low=True),
        Col("published_at", kind="moment", sort="published_at"),
        Col("status", kind="tag", sort="status"),
    )
    search = ("title_zh", "title", "keywords")
    search_label = _("Title or keyword")
    filters = ArticleFilter
    tabs = Tabs(
        "status",
        only=(
            Status.DRAFT,
            Status.RETURNED,
            Status.FIRST_REVIEW,
            Status.SECOND_REVIEW,
            Status.FINAL_REVIEW,
            Status.APPROVED,
            Status.SCHEDULED,
            Status.PUBLISHED,
        ),
    )
    ordering = ("-updated_at", "-pk")
    select_related = ("column", "owner", "written_by", "revision_of")
    tags = {
        Status.DRAFT: "new",
        Status.RETURNED: "warn",
        Status.FIRST_REVIEW: "half",
        Status.SECOND_REVIEW: "half",
        Status.FINAL_REVIEW: "half",
        Status.APPROVED: "half",
        Status.SCHEDULED: "half",
        Status.PUBLISHED: "done",
        Status.EXPIRED: "moved",
        Status.WITHDRAWN: "bad",
        Status.TAKEN_OVER: "moved",
        Status.DISCARDED: "moved",
    }
    add_form = forms.ArticleForm
    form = forms.WritingForm
    prefill = ("column",)
    attachments = (ENCLOSURE,)
    panels = (
        Panel(
            _("Checks before publication"),
            template="office/news/checks.html",
            context=panels.checks,
            shown=panels.is_waiting,
        ),
        Panel(
            _("Revision"),
            template="office/news/revision.html",
            context=panels.revision,
            shown=panels.is_revised,
        ),
        Panel(_("Text"), template="office/news/text.html", context=panels.whole_text),
        Panel(_("Pictures"), template="office/news/pictures.html", context=panels.pictures),
        Panel(
            _("Publication"),
            fields=(
                "column",
                Col("owner", label=_("Section")),
                "written_by",
                "source",
                "author",
                "keywords",
                Col("publish_at", kind="moment"),
                Col("published_at", kind="moment"),
                Col("revised_at", kind="moment"),
                Col("expires_at", kind="moment"),
                Col("pinned_until", kind="date"),
                Col("objections_until", kind="date"),
                Col("review_by", kind="date"),
                "change_note_zh",
                "withdrawn_reason_zh",
            ),
        ),
        Related(
            _("Reviews and proofreadings"),
            ArticleReview,
            by="article",
            columns=(
                Col("stage"),
                Col("outcome", kind="tag", tags={Outcome.PASSED: "done", Outcome.RETURNED: "warn"}),
                Col("by_name"),
                Col("at", kind="moment"),
                Col("proofread", kind="number"),
                Col("text_version", kind="number"),
                Col("opinion"),
            ),
            empty=_("Nobody has reviewed it yet."),
        ),
        Panel(_("Versions"), template="office/news/versions.html", context=panels.versions),
        Panel(
            _("Preview without an account"),
            template="office/news/previews.html",
            context=panels.preview_links,
            shown=panels.has_preview,
        ),
        Related(
            _("Links"),
            ArticleLink,
            by="article",
            columns=(
                Col("address"),
                Col("words"),
                Col("kind"),
                Col("state", kind="tag", tags={LinkState.WORKS: "done", LinkState.BROKEN: "bad"}),
                Col("checked_at", kind="moment"),
            ),
            empty=_("The text has no links, or it was not published yet."),
        ),
    )

    def title(self, record: Article) -> str:
        return record.label

    def facts(self, record: Article) -> Sequence[Text]:
        facts: list[Text] = [record.column.label]
        if record.is_emergency:
            facts.append(_t("published in an emergency"))
        return facts

    def locked(self, record: Article, principal: Principal) -> Text:
        if record.status in WRITING:
            return ""
        return _t("Only a draft can be changed. Take it back first, or begin a revision of a published page.")

    def save(self, form: Any, by: Principal) -> Article:
        if form.instance.pk is None:
            return save_form(form, by)  # type: ignore[no-any-return]
        changed = [name for name in form.changed_data if name != "version"]
        return services.change_article(
            form.instance, by=by, changes={name: form.cleaned_data[name] for name in changed}
        )

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return desk_views.urls(self, workspace)


@register
class PicturePages(PageSet):
    """Pictures have their place on the page of their article; here their words are changed."""

    model = Picture
    slug = "pictures"
    columns = (
        Col("words", label=_("What is to be seen"), link=True, sort="alt_zh"),
        Col("article", sort="article__title_zh"),
        Col("position", kind="number", sort="position"),
    )
    select_related = ("article", "file")
    exports = False
    form = forms.WordsForm
    attachments = (PICTURE,)
    panels = (Panel(_("Picture"), fields=("article", "alt_zh", "alt", "position", "width", "height")),)

    def locked(self, record: Picture, principal: Principal) -> Text:
        return why_not_written(record.article)

    def save(self, form: Any, by: Principal) -> Picture:
        saved: Picture = save_form(form, by)
        public_changed(saved.article)
        return saved


@register
class ColumnPages(PageSet):
    model = Column
    slug = "columns"
    menu = Menu(group="section", label=pgettext_lazy("site", "Columns"), icon="grid", order=21)
    note = _("What the site has, which section keeps it, and by when it needs something new.")
    empty = _("No column fits.")
    columns = (
        Col("label", label=_("Name"), link=True, sort="name_zh"),
        Col("kind", sort="kind"),
        Col("owner", sort="owner__order"),
        Col("fresh_until", kind="date", sort="fresh_until"),
        Col("is_shown", kind="yes_no", sort="is_shown", low=True),
        Col("status", kind="tag", sort="status"),
    )
    search = ("name_zh", "name", "key")
    search_label = _("Name or key")
    filters = ColumnFilter
    tabs = Tabs("status")
    select_related = ("owner", "parent")
    tags = {ColumnStatus.FRESH: "done", ColumnStatus.DUE: "warn", ColumnStatus.STALE: "bad"}
    add_form = forms.ColumnForm
    form = forms.ColumnForm
    panels = (
        Panel(
            _("Column"),
            fields=(
                "key",
                "name_zh",
                "name",
                "description_zh",
                "description",
                "parent",
                "kind",
                "owner",
                "takes_drafts",
                "stale_after_days",
                Col("fresh_until", kind="date"),
                "position",
                "is_shown",
            ),
        ),
    )

    def title(self, record: Column) -> str:
        return record.label


class Table(PageSet):
    """A table of publishing: every row names who changed it last."""

    exports = False

    def save(self, form: Any, by: Principal) -> Any:
        form.instance.changed_by = by.audit_name[:100]
        return save_record(form.instance, by=by, fields=form.changed_data)


@register
class WrongWordPages(Table):
    model = WrongWord
    slug = "wrong-words"
    menu = Menu(group="tables", label=_("Wrong words"), icon="pen", order=36, capability="office.news")
    note = _("Looked for in every text before it is published.")
    empty = _("No word yet.")
    columns = (
        Col("wrong", link=True, sort="wrong"),
        Col("right"),
        Col("stops", kind="yes_no", sort="stops"),
        Col("is_active", kind="yes_no", sort="is_active"),
        Col("changed_by", low=True),
    )
    search = ("wrong", "right")
    search_label = _("Word")
    add_form = forms.WrongWordForm
    form = forms.WrongWordForm
    panels = (Panel(_("Wrong word"), fields=("wrong", "right", "note", "stops", "is_active", "changed_by")),)


@register
class EditorialTermPages(Table):
    model = EditorialTerm
    slug = "publishing-terms"
    menu = Menu(
        group="tables", label=_("Periods of publishing"), icon="clock", order=37, capability="office.news"
    )
    note = _("A change is a new row with its first day; the older rows remain.")
    empty = _("No period yet.")
    columns = (
        Col("label", label=_("Period"), link=True, value=str, sort="key"),
        Col("length", kind="number", sort="length"),
        Col("unit"),
        Col("valid_from", kind="date", sort="valid_from"),
        Col("is_verified", kind="yes_no"),
        Col("basis", low=True),
    )
    add_form = forms.TermForm
    form = forms.TermForm
    panels = (
        Panel(
            _("Period"),
            fields=(
                "key",
                "name_zh",
                "name",
                "length",
                "unit",
                "basis",
                "is_verified",
                Col("valid_from", kind="date"),
                "changed_by",
            ),
        ),
    )
