"""The life of a form's version, and of a collection from preparing to the lock."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.workflow.declare import Transition, Waiting, Workflow, register
from schools.returns import form_forms
from schools.returns import form_jobs as form_jobs
from schools.returns.choices import CollectionStatus, VersionStatus
from schools.returns.models import Collection, FormVersion
from schools.returns.services import designing, issuing

VERSION_STEPS = (
    Transition(
        "begin",
        _("Begin a version"),
        done_label=_("Begun"),
        sources=(),
        target=VersionStatus.DRAFT,
        verb="add",
    ),
    Transition(
        "freeze",
        _("Take into use"),
        done_label=_("Taken into use"),
        sources=(VersionStatus.DRAFT,),
        target=VersionStatus.FROZEN,
        effect=designing.take_into_use,
        then=designing.replace_earlier,
        confirm=_("It never changes from now on. For a change, begin a new version."),
        style="primary",
    ),
    Transition(
        "discard",
        _("Discard"),
        done_label=_("Discarded"),
        sources=(VersionStatus.DRAFT,),
        target=VersionStatus.DISCARDED,
        verb="change",
        confirm=_("The draft stays in the list; nobody can go on with it, and a new version can be begun."),
        style="danger",
    ),
    Transition(
        "replace",
        _("Replace by a later version"),
        done_label=_("Replaced by a later version"),
        sources=(VersionStatus.FROZEN,),
        target=VersionStatus.REPLACED,
        by_system=True,
    ),
)

COLLECTION_STEPS = (
    Transition(
        "prepare",
        _("Prepare a collection"),
        done_label=_("Prepared"),
        sources=(),
        target=CollectionStatus.DRAFT,
        verb="design",
    ),
    Transition(
        "issue",
        _("Issue"),
        done_label=pgettext_lazy("school return", "Issued"),
        sources=(CollectionStatus.DRAFT,),
        target=CollectionStatus.ISSUED,
        form=form_forms.IssueForm,
        effect=issuing.issue_effect,
        then=issuing.begin_returns,
        confirm=_("Every school that fits gets a return to fill in."),
        style="primary",
    ),
    Transition(
        "cancel",
        _("Cancel the collection"),
        done_label=_("Cancelled"),
        sources=(CollectionStatus.DRAFT, CollectionStatus.ISSUED),
        target=CollectionStatus.CANCELLED,
        verb="issue",
        then=issuing.begin_settling,
        reason="required",
        confirm=_("No school has to answer any more. What was filled in stays readable."),
        style="danger",
    ),
    Transition(
        "lock",
        _("Lock"),
        done_label=_("Locked"),
        sources=(CollectionStatus.ISSUED,),
        target=CollectionStatus.LOCKED,
        by_system=True,
    ),
)


def version_waiting(version: FormVersion) -> Iterator[Waiting]:
    if version.status == VersionStatus.DRAFT:
        # Any of the section designs; its officers take it into use.
        yield Waiting(_("Design"), unit=version.form.owner, verb="change")


def collection_waiting(collection: Collection) -> Iterator[Waiting]:
    if collection.status == CollectionStatus.DRAFT:
        yield Waiting("issue", unit=collection.owner, due=collection.opens_on)


register(
    Workflow(
        FormVersion,
        VERSION_STEPS,
        waiting=version_waiting,
        label=_("form"),
        icon="doc",
        related=("form",),
    )
)
register(
    Workflow(
        Collection,
        COLLECTION_STEPS,
        waiting=collection_waiting,
        label=_("collection"),
        icon="doc",
    )
)
