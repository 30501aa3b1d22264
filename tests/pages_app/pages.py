from django import forms

from bureau.pages.filters import PortalFilterSet
from bureau.pages.forms import DatePartsField, PortalModelForm
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Related, Tabs, register
from tests.pages_app.models import Club, Room
from tests.workflow_app.models import Paper


class ClubForm(PortalModelForm):
    founded_on = DatePartsField(label="Founded", required=False)

    class Meta:
        model = Club
        fields = ["number", "name", "kind", "owner", "founded_on", "seats", "note"]


class ClubFilters(PortalFilterSet):
    class Meta:
        model = Club
        fields = {"kind": ["exact"], "owner": ["exact"], "founded_on": ["gte"]}


@register
class ClubPages(PageSet):
    model = Club
    workspaces = ("desk",)
    slug = "clubs"
    api = True
    menu = Menu("registers", icon="flag")
    columns = (
        Column("number", link=True, sort="number"),
        Column("name", sort="name"),
        Column("kind"),
        Column("owner", low=True),
        Column("founded_on", sort="founded_on"),
        Column("seats", sort="seats"),
        Column("phone", value=lambda club: f"***{club.phone[-2:]}" if club.phone else ""),
    )
    search = ("number__iexact", "name")
    filters = ClubFilters
    tabs = Tabs("kind")
    select_related = ("owner",)
    panels = (
        Panel("Club", ("number", "name", "kind", "owner", "founded_on", "seats", "note")),
        Related("Rooms", Room, "club", (Column("name"),)),
    )
    form = ClubForm
    add_form = ClubForm
    sheets = ("pages_app.clubs",)

    def locked(self, record, principal):
        return "The club is closed to changes." if record.is_hidden else ""


class PaperForm(PortalModelForm):
    class Meta:
        model = Paper
        fields = ["subject", "note", "owner"]


class PaperChange(PortalModelForm):
    note = forms.CharField(label="Note", required=False, max_length=100)

    class Meta:
        model = Paper
        fields = ["subject", "note"]


@register
class PaperPages(PageSet):
    model = Paper
    slug = "papers"
    api = True
    menu = Menu("section")
    columns = (Column("subject", link=True, sort="subject"), Column("status", kind="tag"), Column("owner"))
    search = ("subject",)
    tabs = Tabs("status")
    tags = {"received": "new", "assigned": "half", "drafted": "half", "approved": "done"}
    select_related = ("owner",)
    form = PaperChange
    add_form = PaperForm
    bulk = ("approve", "draft")
