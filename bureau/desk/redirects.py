"""/desk/public/moved/: addresses of earlier sites and where their pages are now."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, register
from bureau.public.models import Redirect


class RedirectForm(PortalModelForm):
    class Meta:
        model = Redirect
        fields = ("old_path", "target", "note", "is_active")

    def clean(self) -> dict[str, Any]:
        """No chain and no ring: a target is a page, not another old address."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        old, target = cleaned.get("old_path"), cleaned.get("target")
        if target and target == old:
            raise ValidationError({"target": _("This address would lead to itself.")})
        if target and Redirect.objects.filter(old_path=target).exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                {"target": _("This address has moved as well. Name where its page is now.")}
            )
        return cleaned


@register
class RedirectPages(PageSet):
    model = Redirect
    slug = "moved"
    menu = Menu(group="tables", label=_("Moved addresses"), icon="right", order=90)
    note = _("Addresses of earlier sites. A visitor who asks for one is led to the page where it is now.")
    empty = _("No address fits. Add the addresses of your earlier site whose pages others link to.")
    columns = (
        Column("old_path", link=True, sort="old_path"),
        Column("target", sort="target"),
        Column("note", low=True),
        Column("is_active", kind="yes_no", sort="is_active"),
        Column("changed_at", kind="moment", sort="changed_at", low=True),
    )
    search = ("old_path", "target", "note")
    panels = (Panel(_("Address"), fields=("old_path", "target", "note", "is_active", "changed_at")),)
    add_form = RedirectForm
    form = RedirectForm
