"""On the desk: warnings about answers and how often they come, the tables behind them."""

from __future__ import annotations

from collections.abc import Sequence

import django_filters
from django.urls import URLPattern
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.charter.selectors import sections
from bureau.pages.filters import PortalFilterSet
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Workspace, register
from sections.office.letters import after_forms, warning_rates
from sections.office.letters.choices import Warned
from sections.office.letters.models import AnswerWarning, RetentionRule, StockPhrase
from sections.office.letters.table_pages import TablePages


class AnswerWarningFilter(PortalFilterSet):
    free_choices = ("unit",)

    kind = django_filters.ChoiceFilter(label=_("Warning"), choices=Warned.choices)
    unit = django_filters.ModelChoiceFilter(label=_("Section"), queryset=lambda _request: sections())
    since = django_filters.DateFilter(label=_("From"), field_name="at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label=_("Until"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AnswerWarning
        fields = ("kind", "unit")


def rates_link(principal: Principal) -> list[tuple[str, str]]:
    """For supervisors, above the lists of letters and of warnings."""
    if not warning_rates.may_supervise(principal):
        return []
    return [(_t("Warnings and what the writers say"), warning_rates.address())]


@register
class AnswerWarningPages(PageSet):
    model = AnswerWarning
    slug = "answer-warnings"
    menu = Menu(
        group="section", label=_("Warnings about answers"), icon="warn", order=18, capability="office.letters"
    )
    note = _("Who went on in spite of a warning, and why. Nothing of the letter stands here.")
    empty = _("No warning fits. A row appears when somebody sends an answer on in spite of a warning.")
    columns = (
        Column("letter", link=True, sort="letter__number"),
        Column("kind"),
        Column("unit", label=_("Section"), sort="unit__order"),
        Column("by", sort="by__name"),
        Column("at", kind="moment", sort="at"),
        Column("reason", low=True),
    )
    filters = AnswerWarningFilter
    select_related = ("letter", "unit", "by")
    panels = (
        Panel(_("Warning"), fields=("letter", "kind", "unit", "by", Column("at", kind="moment"), "reason")),
    )

    def links(self, workspace: Workspace, principal: Principal) -> Sequence[tuple[str, str]]:
        return rates_link(principal)

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return [warning_rates.url(self)]


@register
class StockPhrasePages(TablePages):
    model = StockPhrase
    slug = "stock-phrases"
    menu = Menu(group="tables", label=_("Stock phrases"), icon="doc", order=32)
    note = _("Words that answer nothing. Who writes them in an answer is asked what they say.")
    empty = _("No phrase yet.")
    columns = (
        Column("phrase", link=True, sort="phrase"),
        Column("reason"),
        Column("is_active", kind="yes_no", sort="is_active"),
        Column("changed_by", low=True),
    )
    search = ("phrase",)
    panels = (Panel(_("Phrase"), fields=("phrase", "reason", "is_active", "changed_by", "changed_at")),)
    form = after_forms.StockPhraseForm
    add_form = after_forms.StockPhraseForm


@register
class RetentionRulePages(TablePages):
    model = RetentionRule
    slug = "retention-rules"
    menu = Menu(group="tables", label=_("Retention of letters"), icon="doc", order=36)
    note = _("A change is a new row with its first day. The office is warned before a letter loses its data.")
    empty = _("No rule yet: letters are kept as they are.")
    columns = (
        Column("kind_label", label=_("Kind of letter"), link=True),
        Column("years", kind="number", sort="years"),
        Column("text"),
        Column("valid_from", kind="date", sort="valid_from"),
        Column("basis_label", label=_("Basis")),
        Column("is_verified", kind="yes_no"),
    )
    panels = (
        Panel(
            _("Rule"),
            fields=(
                Column("kind_label", label=_("Kind of letter")),
                "years",
                "text",
                "valid_from",
                Column("basis_label", label=_("Basis")),
                "is_verified",
                "changed_by",
            ),
        ),
    )
    form = after_forms.RetentionRuleForm
    add_form = after_forms.RetentionRuleForm

    def title(self, record: RetentionRule) -> str:
        return record.kind_label
