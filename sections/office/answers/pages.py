"""Public answers and the rules of redaction on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Related, Tabs, Text, register
from sections.office.answers import forms
from sections.office.answers.choices import Status, TextField
from sections.office.answers.filters import PublishedAnswerFilter
from sections.office.answers.models import DismissedFinding, PublishedAnswer, RedactionRule
from sections.office.answers.redaction import difference
from sections.office.answers.selectors import not_dismissed
from sections.office.answers.services import SOURCES
from sections.office.letters.table_pages import TablePages


def changes(published: PublishedAnswer, by: Principal) -> Mapping[str, Any]:
    """Letter and copy side by side in one text: what is gone, what is new."""
    letter = published.letter
    return {
        "texts": [
            {
                "label": TextField(field).label,
                "pieces": difference(getattr(letter, source), getattr(published, field)),
            }
            for field, source in SOURCES.items()
        ]
    }


def warnings(published: PublishedAnswer, by: Principal) -> Mapping[str, Any]:
    return {"found": [{"what": one.label, "text": one.text} for one in not_dismissed(published)]}


def is_open(published: PublishedAnswer, by: Principal) -> bool:
    return published.status in (Status.DRAFTED, Status.CHECKED) and not published.letter.anonymised_on


@register
class PublishedAnswerPages(PageSet):
    model = PublishedAnswer
    slug = "public-answers"
    menu = Menu(group="section", label=_("Public answers"), icon="doc", order=14)
    note = _("Redacted copies of questions and answers. A second person checks each before it is published.")
    empty = _("No answer fits. Open an answered letter and prepare its answer for publication.")
    columns = (
        Column("number", link=True, sort="number"),
        Column("title"),
        Column("kind", low=True),
        Column("unit", label=_("Section"), sort="unit__order"),
        Column("published_on", kind="date", sort="published_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("number", "title")
    search_label = _("Number or title")
    filters = PublishedAnswerFilter
    tabs = Tabs("status")
    select_related = ("unit", "owner", "letter", "prepared_by", "checked_by")
    tags = {
        Status.DRAFTED: "half",
        Status.CHECKED: "warn",
        Status.PUBLISHED: "done",
        Status.WITHDRAWN: "moved",
    }
    add_form = forms.PrepareForm
    form = forms.CopyForm
    prefill = ("letter", "consent", "consent_on")
    panels = (
        Panel(
            _("What may name a person"),
            template="office/answers/found.html",
            context=warnings,
            shown=lambda published, by: is_open(published, by) and bool(not_dismissed(published)),
        ),
        Panel(
            _("What the public reads"),
            fields=("title", Column("question", kind="long"), Column("answer", kind="long")),
        ),
        Panel(
            _("Compared with the letter"),
            template="office/answers/changes.html",
            context=changes,
            shown=is_open,
        ),
        Panel(
            _("Consent and people"),
            fields=("consent", "consent_on", "prepared_by", "checked_by", "published_on", "withdrawn_on"),
        ),
        Related(
            _("Findings that may stay"),
            DismissedFinding,
            by="published",
            columns=(
                Column("field"),
                Column("kind"),
                Column("reason"),
                Column("by"),
                Column("at", kind="moment"),
            ),
            select_related=("by",),
            empty=_("Nothing was let pass."),
        ),
    )

    def title(self, record: PublishedAnswer) -> str:
        return record.title

    def facts(self, record: PublishedAnswer) -> Sequence[Text]:
        return (record.number,)

    def locked(self, record: PublishedAnswer, principal: Principal) -> Text:
        if record.status == Status.DRAFTED:
            return ""
        return _t("Only a draft can be changed. Send it back first; a published one can only be withdrawn.")


@register
class RedactionRulePages(TablePages):
    model = RedactionRule
    slug = "redaction-rules"
    menu = Menu(group="tables", label=_("Redaction rules"), icon="doc", order=34)
    note = _("What is replaced in every copy for the public, with the reason.")
    empty = _("No rule yet. Names, phone and ID numbers are looked for without any rule.")
    columns = (
        Column("reason", link=True),
        Column("kind"),
        Column("text"),
        Column("replacement"),
        Column("is_active", kind="yes_no", sort="is_active"),
        Column("changed_by", low=True),
    )
    panels = (
        Panel(
            _("Rule"),
            fields=("kind", "text", "replacement", "reason", "is_active", "changed_by", "changed_at"),
        ),
    )
    add_form = forms.RuleForm
    form = forms.RuleForm
    exports = False
