"""Privacy texts: each version as everybody reads it, and the table on the desk. A text in force is never changed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.pages.pagesets import Column, Menu, Panel, register
from sections.office.letters.models import PrivacyText
from sections.office.letters.own_data_forms import PrivacyTextForm
from sections.office.letters.table_pages import TablePages


@rule(Open())
@require_safe
def privacy_text(request: HttpRequest, pk: int) -> HttpResponse:
    """A version, in force or not: who agreed to it can read it again."""
    found = permitted(PUBLIC, "view", PrivacyText).filter(pk=pk).first()
    if found is None:
        raise Http404
    return render(request, "public/privacy_text.html", {"stated": found})


@register
class PrivacyTextPages(TablePages):
    model = PrivacyText
    slug = "privacy-texts"
    menu = Menu(group="tables", label=_("Privacy texts"), icon="doc", order=37)
    note = _("A change is a new text with its first day. What a writer agreed to stays as it was.")
    empty = _("No text yet: nothing is said on the forms about personal data.")
    columns = (
        Column("valid_from", kind="date", link=True, sort="valid_from"),
        Column("changed_by"),
    )
    panels = (
        Panel(
            _("Text"),
            fields=(
                "valid_from",
                Column("text_zh", kind="long"),
                Column("text", kind="long"),
                "changed_by",
                "changed_at",
            ),
        ),
    )
    add_form = PrivacyTextForm
