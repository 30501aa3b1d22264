"""Consultations, opinions and points on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.files.choices import OFFICE, PAPERS
from bureau.files.kinds import AttachmentKind
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Related, Tabs, Text, Workspace, register
from bureau.rich_text.cleaning import cleaned
from sections.office.consultations import forms, own_data, reveal, services
from sections.office.consultations.choices import IN_WORK, PUBLIC, Decision, OpinionStatus, Status
from sections.office.consultations.enclosing import ON_OPINION
from sections.office.consultations.filters import ConsultationFilter, OpinionFilter, PointFilter
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup

ONLY_DRAFTS = _("Only a draft can be changed. What is open can be kept open longer or withdrawn.")
AFTER_RESULT = _("The result has been published; its points stay as they are.")
DECISION_TAGS = {Decision.ADOPTED: "done", Decision.PARTLY: "half", Decision.NOT_ADOPTED: "bad"}


def why_locked(consultation: Consultation) -> Text:
    return "" if consultation.status == Status.DRAFT else str(ONLY_DRAFTS)


CONSULTATION_FILES = AttachmentKind(
    "attachment",
    _("Attachment for the public"),
    types=(*PAPERS, *OFFICE),
    max_count=10,
    add="draft",
    public=True,
    note=_("Everybody can fetch it while the page is public."),
    locked=why_locked,
)


def texts(consultation: Consultation, by: Principal) -> Mapping[str, Any]:
    """Each text as the public reads it; cleaned once more, since it is shown as HTML."""
    names = ("explanation_zh", "explanation", "body_zh", "body", "result_zh", "result")
    is_public = consultation.status in PUBLIC
    return {
        "texts": [
            {
                "label": Consultation._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                "html": mark_safe(cleaned(getattr(consultation, name))),
                "lang": "zh-Hans" if name.endswith("_zh") else "en",
            }
            for name in names
            if getattr(consultation, name)
        ],
        "address": reverse("public:consultation", args=[consultation.pk]) if is_public else "",
    }


def sender(opinion: Opinion, by: Principal) -> Mapping[str, Any]:
    """Whether somebody is named, and where who may looks."""
    may_see = permitted(by, "reveal", Opinion).filter(pk=opinion.pk).exists()
    is_named = bool(opinion.name or opinion.phone)
    address = reverse("desk:office:opinion_reveal", args=[opinion.pk])
    return {"is_named": is_named, "reveal": address if may_see and is_named else ""}


def first_obstacle(consultation: Consultation, by: Principal) -> Mapping[str, Any]:
    """Why it cannot be opened, or why the result cannot be published: the step itself is not offered then."""
    if consultation.status in (Status.DRAFT, Status.CHECKING):
        return {"why": services.why_not_ready(consultation, by)}
    return {
        "why": services.why_not_conclude(consultation, by) if consultation.status == Status.CLOSED else ""
    }


@register
class ConsultationPages(PageSet):
    model = Consultation
    slug = "consultations"
    menu = Menu(group="section", label=_("Consultations"), icon="chat", order=22)
    note = _("Drafts on which everybody may give an opinion. A second person opens them.")
    empty = _("No consultation fits. Draft one with its text and its last day.")
    columns = (
        Column("label", label=_("Title"), link=True, sort="title_zh"),
        Column("kind", low=True),
        Column("owner", label=_("Section"), low=True, sort="owner__order"),
        Column("opens_on", kind="date", sort="opens_on"),
        Column("closes_on", kind="date", sort="closes_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("title_zh", "title")
    search_label = _("Title")
    filters = ConsultationFilter
    tabs = Tabs("status")
    select_related = ("owner", "written_by", "result_document")
    unread = ("body_zh", "body", "explanation_zh", "explanation", "result_zh", "result")
    tags = {
        Status.DRAFT: "half",
        Status.CHECKING: "warn",
        Status.OPEN: "new",
        Status.CLOSED: "half",
        Status.CONCLUDED: "done",
        Status.WITHDRAWN: "moved",
    }
    add_form = forms.ConsultationForm
    form = forms.ConsultationForm
    attachments = (CONSULTATION_FILES,)
    panels = (
        Panel(
            _("What must be put right first"),
            template="office/policies/obstacle.html",
            context=first_obstacle,
            shown=lambda consultation, by: bool(first_obstacle(consultation, by)["why"]),
        ),
        Panel(
            _("Consultation"),
            fields=(
                "kind",
                "owner",
                "written_by",
                "opens_on",
                "closes_on",
                "shortened_reason_zh",
                "shortened_reason",
                "result_expected_on",
                "contact",
            ),
        ),
        Panel(
            _("Result"),
            fields=("concluded_on", "received", "adopted", "partly", "not_adopted", "result_document"),
            shown=lambda consultation, by: consultation.status == Status.CONCLUDED,
        ),
        Panel(
            _("Withdrawn"),
            fields=("withdrawn_reason_zh", "withdrawn_reason"),
            shown=lambda consultation, by: consultation.status == Status.WITHDRAWN,
        ),
        Related(
            _("Points raised"),
            OpinionGroup,
            by="consultation",
            columns=(
                Column("title_zh", label=_("Point"), link=True),
                Column("decision", kind="tag", tags=DECISION_TAGS),  # type: ignore[arg-type]
                Column("reason_zh", label=_("Reason")),
            ),
            empty=_("No point yet. Group the opinions: each group is a point."),
        ),
        Related(
            _("Opinions"),
            Opinion,
            by="consultation",
            columns=(
                Column("number", link=True),
                Column("about"),
                Column("body", label=_("Opinion")),
                Column("group", label=_("Point")),
                Column("status", kind="tag"),
            ),
            select_related=("group",),
            empty=_("Nobody has sent an opinion yet."),
        ),
        Panel(_("What the public reads"), template="office/policies/texts.html", context=texts),
    )

    def title(self, record: Consultation) -> str:
        return record.label

    def locked(self, record: Consultation, principal: Principal) -> Text:
        return "" if record.status == Status.DRAFT else _t(str(ONLY_DRAFTS))


@register
class OpinionPages(PageSet):
    """Who sent it is in no list, no search and no export."""

    model = Opinion
    slug = "opinions"
    menu = Menu(
        group="section", label=_("Opinions"), icon="chat", order=24, capability="office.consultations"
    )
    note = _("What people say of drafts. Group what says the same; decide on the points.")
    empty = _("No opinion fits. They arrive from the public page of a consultation.")
    columns = (
        Column("number", link=True, sort="number"),
        Column("consultation", low=True),
        Column("about"),
        Column("body", label=_("Opinion")),
        Column("sender", low=True),
        Column("group", label=_("Point"), low=True),
        Column("received_on", kind="date", sort="received_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("number", "body")
    search_label = _("Number or words")
    filters = OpinionFilter
    tabs = Tabs("status")
    select_related = ("consultation", "group")
    unread = ("name", "phone")
    tags = {
        OpinionStatus.RECEIVED: "new",
        OpinionStatus.SORTED: "done",
        OpinionStatus.SET_ASIDE: "moved",
    }
    bulk = ("sort", "set_aside")
    attachments = (ON_OPINION,)
    panels = (
        Panel(
            _("Opinion"),
            fields=(
                "consultation",
                "about",
                Column("body", kind="long"),
                "sender",
                "received_on",
                Column("group", label=_("Point")),
            ),
        ),
        Panel(_("Sender"), template="office/consultations/sender.html", context=sender),
        Panel(
            _("Requests of the writer about personal data"),
            template="office/data_requests.html",
            context=own_data.REQUESTS.on_desk,
            shown=own_data.REQUESTS.has_any,
        ),
    )

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return [reveal.url(self, workspace)]


@register
class PointPages(PageSet):
    model = OpinionGroup
    slug = "opinion-points"
    menu = Menu(
        group="section", label=_("Points raised"), icon="chat", order=26, capability="office.consultations"
    )
    note = _("Each point is decided once, with a reason that everybody reads with the result.")
    empty = _("No point fits. Points come with the grouping of opinions.")
    columns = (
        Column("title_zh", label=_("Point"), link=True, sort="title_zh"),
        Column("consultation", low=True),
        Column("decision", kind="tag", sort="decision", tags=DECISION_TAGS),  # type: ignore[arg-type]
        Column("reason_zh", label=_("Reason"), low=True),
    )
    search = ("title_zh", "title")
    search_label = _("Point")
    filters = PointFilter
    select_related = ("consultation",)
    form = forms.PointForm
    panels = (
        Panel(_("Point"), fields=("consultation", "title_zh", "title", "decision", "reason_zh", "reason")),
        Related(
            _("Opinions"),
            Opinion,
            by="group",
            columns=(Column("number", link=True), Column("about"), Column("body", label=_("Opinion"))),
            empty=_("No opinion stands under this point."),
        ),
    )

    def locked(self, record: OpinionGroup, principal: Principal) -> Text:
        return "" if record.consultation.status in IN_WORK else _t(str(AFTER_RESULT))
