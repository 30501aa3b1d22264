"""The table that says who keeps which field of the school record."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import Column, Menu, PageSet, register
from schools.models import FieldOwnership, School
from schools.selectors.fields import field_label


def _label(name: str) -> str:
    """The label of a field, or of what hangs on a school: leaders, contacts."""
    found: Any = School._meta.get_field(name)
    if found.is_relation and not found.concrete:
        return str(capfirst(found.related_model._meta.verbose_name_plural))
    return field_label(name)


class OwnershipForm(PortalModelForm):
    class Meta:
        model = FieldOwnership
        fields = ("owner",)


@register
class OwnershipPages(PageSet):
    """The rows stand there from the beginning, one for each field; only who keeps it is changed."""

    model = FieldOwnership
    slug = "fields"
    menu = Menu("tables", _("Who keeps which field of a school"), icon="grid", order=17)
    note = _("What a section keeps, a school asks for; what the school keeps, it changes at once.")
    columns = (
        Column("field", link=True, value=lambda row: _label(row.field), sort="field"),
        Column("owner", sort="owner"),
    )
    search = ("field",)
    exports = False
    form = OwnershipForm

    def title(self, record: Any) -> str:
        return _label(record.field)
