"""The code tables of the budget."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.pages.pagesets import (
    Column,
    Menu,
    PageSet,
    Panel,
    register,
)
from finance import forms
from finance.models import BudgetCode, EconomicClass


class CodePages(PageSet):
    """The budget's codes; each row says whether somebody compared it with the printed table."""

    note = _("Rows that nobody has compared with the printed table in force say so.")
    api = True
    columns = (
        Column("code", link=True, sort="code"),
        Column("name_zh"),
        Column("name", label=_("English name"), low=True),
        Column("is_verified", sort="is_verified"),
        Column("is_in_use", low=True),
    )
    search = ("code", "name_zh", "name")
    ordering = ("code",)
    panels = (Panel(_("Code"), fields=("code", "name_zh", "name", "basis", "is_verified", "is_in_use")),)


@register
class BudgetCodePages(CodePages):
    model = BudgetCode
    slug = "function-codes"
    menu = Menu("tables", _("Function codes"), icon="doc", order=64)
    form = forms.CodeForm
    add_form = forms.NewCodeForm


@register
class EconomicClassPages(CodePages):
    model = EconomicClass
    slug = "economic-classes"
    menu = Menu("tables", _("Economic classes"), icon="doc", order=65)
    form = forms.ClassForm
    add_form = forms.NewClassForm
