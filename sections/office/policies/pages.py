"""Policy documents on the desk, their codes, and the marks of secrecy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.files.choices import OFFICE, PAPERS
from bureau.files.kinds import AttachmentKind
from bureau.files.models import ClassificationMark
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Related, Tabs, Text, register
from bureau.rich_text.cleaning import cleaned
from sections.office.letters.table_pages import TablePages
from sections.office.policies import forms
from sections.office.policies.choices import Status, Validity
from sections.office.policies.filters import CodeFilter, PolicyFilter
from sections.office.policies.models import PolicyCode, PolicyDocument
from sections.office.policies.services import why_not_ready

ONLY_DRAFTS = _(
    "Only a draft can be changed. A published document is completed, changed in its validity or withdrawn."
)


def why_locked(document: PolicyDocument) -> Text:
    return "" if document.status == Status.DRAFT else str(ONLY_DRAFTS)


DOCUMENT_FILES = AttachmentKind(
    "attachment",
    _("Attachment for the public"),
    types=(*PAPERS, *OFFICE),
    max_count=20,
    add="draft",
    public=True,
    note=_("Everybody can fetch it while the page is public."),
    locked=why_locked,
)
NOT_PUBLIC = (Status.DRAFT, Status.CHECKING)
VALIDITY_TAGS = {
    Validity.IN_FORCE: "done",
    Validity.AMENDED: "half",
    Validity.REPEALED: "bad",
    Validity.EXPIRED: "warn",
}


def texts(document: PolicyDocument, by: Principal) -> Mapping[str, Any]:
    """Each text as the public reads it; cleaned once more, since it is shown as HTML."""
    names = ("body_zh", "body", "interpretation_zh", "interpretation")
    return {
        "texts": [
            {
                "label": PolicyDocument._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                "html": mark_safe(cleaned(getattr(document, name))),
                "lang": "zh-Hans" if name.endswith("_zh") else "en",
            }
            for name in names
            if getattr(document, name)
        ],
        "address": reverse("public:document", args=[document.pk])
        if document.status == Status.PUBLISHED
        else "",
    }


def first_obstacle(document: PolicyDocument, by: Principal) -> Mapping[str, Any]:
    """Why it cannot go on to the public: the step itself is not offered then."""
    return {"why": why_not_ready(document, by)}


@register
class PolicyDocumentPages(PageSet):
    model = PolicyDocument
    slug = "policies"
    menu = Menu(group="section", label=_("Policy documents"), icon="doc", order=20)
    note = _(
        "What the bureau has issued, whether it still holds, and what it means. A second person publishes."
    )
    empty = _("No document fits. Enter one with its text and files.")
    columns = (
        Column("index_number", label=_("Index number"), low=True, sort="index_number"),
        Column("label", label=_("Title"), link=True, sort="title_zh"),
        Column("number", sort="number"),
        Column("topic", low=True),
        Column("issued_on", kind="date", sort="issued_on"),
        Column("validity", kind="tag", sort="validity", tags=VALIDITY_TAGS),  # type: ignore[arg-type]
        Column("status", kind="tag", sort="status"),
    )
    search = ("number", "title_zh", "title", "index_number")
    search_label = _("Number or title")
    filters = PolicyFilter
    tabs = Tabs("status")
    select_related = ("owner", "topic", "issuer", "genre", "replaced_by", "interpreted_in", "written_by")
    tags = {
        Status.DRAFT: "half",
        Status.CHECKING: "warn",
        Status.PUBLISHED: "done",
        Status.WITHDRAWN: "moved",
    }
    add_form = forms.DocumentForm
    form = forms.DocumentForm
    attachments = (DOCUMENT_FILES,)
    panels = (
        Panel(
            _("What must be put right first"),
            template="office/policies/obstacle.html",
            context=first_obstacle,
            shown=lambda document, by: (
                document.status in NOT_PUBLIC and bool(first_obstacle(document, by)["why"])
            ),
        ),
        Panel(
            _("Index block"),
            fields=(
                "index_number",
                "number",
                "issuer",
                "genre",
                "topic",
                "is_normative",
                "issued_on",
                "in_force_on",
                "expires_on",
                "keywords",
                "owner",
                "written_by",
                "published_at",
            ),
        ),
        Panel(
            _("Validity"),
            fields=("validity", "validity_on", "validity_reason_zh", "validity_reason", "replaced_by"),
            shown=lambda document, by: document.validity_on is not None,
        ),
        Panel(
            _("Withdrawn"),
            fields=("withdrawn_at", "withdrawn_reason_zh", "withdrawn_reason"),
            shown=lambda document, by: document.status == Status.WITHDRAWN,
        ),
        Panel(_("What the public reads"), template="office/policies/texts.html", context=texts),
        Related(
            _("Replaces or amends"),
            PolicyDocument,
            by="replaced_by",
            columns=(
                Column("label", label=_("Title"), link=True),
                Column("number"),
                Column("validity", kind="tag"),
            ),
            empty=_("It replaces no other document."),
        ),
    )

    def title(self, record: PolicyDocument) -> str:
        return record.label

    def facts(self, record: PolicyDocument) -> Sequence[Text]:
        return tuple(filter(None, (record.number, record.get_validity_display())))

    def locked(self, record: PolicyDocument, principal: Principal) -> Text:
        return "" if record.status == Status.DRAFT else _t(str(ONLY_DRAFTS))


@register
class PolicyCodePages(TablePages):
    model = PolicyCode
    slug = "policy-codes"
    menu = Menu(
        group="tables", label=_("Codes of policy documents"), icon="doc", order=80, capability="office.news"
    )
    note = _("Topics, kinds of documents and issuing bodies. A code in use is switched off, not deleted.")
    empty = _("No code fits.")
    columns = (
        Column("label", label=_("Name"), link=True, sort="name_zh"),
        Column("key", low=True),
        Column("kind", sort="kind"),
        Column("position", kind="number", sort="position"),
        Column("is_active", kind="yes_no", sort="is_active"),
        Column("changed_by", low=True),
    )
    filters = CodeFilter
    panels = (
        Panel(
            _("Code"),
            fields=("kind", "key", "name_zh", "name", "basis", "position", "is_active", "changed_by"),
        ),
    )
    add_form = forms.CodeForm
    form = forms.CodeForm
    exports = False


@register
class ClassificationMarkPages(TablePages):
    model = ClassificationMark
    slug = "classification-marks"
    menu = Menu(
        group="tables", label=_("Marks of secrecy"), icon="shield", order=82, capability="office.news"
    )
    note = _(
        "Whatever carries one of these marks is not published. Spaces and full-width signs make no difference."
    )
    empty = _("No mark yet: those that come with the portal count.")
    columns = (
        Column("text", link=True, sort="text"),
        Column("form", sort="form"),
        Column("basis", low=True),
        Column("is_verified", kind="yes_no", low=True),
        Column("is_active", kind="yes_no", sort="is_active"),
        Column("changed_by", low=True),
    )
    panels = (
        Panel(
            _("Mark"),
            fields=("text", "form", "basis", "is_verified", "is_active", "changed_by", "changed_at"),
        ),
    )
    add_form = forms.MarkForm
    form = forms.MarkForm
    exports = False
