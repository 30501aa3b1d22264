"""Reviews on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.accounts.principals import Principal
from bureau.pages import links
from bureau.pages.filters import PortalFilterSet
from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, register
from sections.office.letters.table_pages import TablePages
from sections.office.reviews import services
from sections.office.reviews.choices import Stage, Status
from sections.office.reviews.forms import AskForm, BodyForm
from sections.office.reviews.models import Review, ReviewingBody


class ReviewFilter(PortalFilterSet):
    stage = django_filters.ChoiceFilter(
        label=pgettext_lazy("stage of a letter", "Stage"), choices=Stage.choices
    )
    asked_from = django_filters.DateFilter(label=_("Asked from"), field_name="asked_on", lookup_expr="gte")
    asked_to = django_filters.DateFilter(label=_("Asked until"), field_name="asked_on", lookup_expr="lte")

    class Meta:
        model = Review
        fields = ("stage",)


def letter_of(review: Review, by: Principal) -> Mapping[str, Any]:
    """The letter and the answer that is reviewed."""
    old = review.letter.earlier_answers.order_by("pk")[review.round : review.round + 1].first()
    return {
        "letter": review.letter,
        "answer": old.answer if old else review.letter.answer,
        "url": links.address(review.letter),
    }


@register
class ReviewPages(PageSet):
    model = Review
    slug = "reviews"
    menu = Menu(group="section", label=_("Reviews"), icon="eye", order=12, capability="office.letters")
    note = _("Writers who do not agree with an answer ask for a review, and after it for a re-review.")
    empty = _("No review fits. A writer asks for one on the page of the letter, or the office enters it.")
    columns = (
        Column("number", link=True, sort="number"),
        Column("letter", label=_("Letter"), value=lambda review: review.letter.number),
        Column("stage", sort="stage"),
        Column("body", label=_("Reviewing body"), low=True),
        Column("asked_on", kind="date", sort="asked_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("number", "letter__number")
    search_label = _("Number of the review or the letter")
    filters = ReviewFilter
    tabs = Tabs("status")
    select_related = ("letter", "owner", "body")
    add_form = AskForm
    prefill = ("letter_number",)
    tags = {
        Status.ASKED: "new",
        Status.SENT_ON: "half",
        Status.DECIDED: "done",
        Status.WITHDRAWN: "moved",
    }
    panels = (
        Panel(
            _("Request"),
            fields=(
                "stage",
                Column("asked_on", label=_("Asked on"), kind="date"),
                "is_by_staff",
                Column("reason", kind="long"),
                "owner",
                "body",
            ),
        ),
        Panel(_("The answer that is reviewed"), template="office/reviews/answer.html", context=letter_of),
        Panel(
            _("Opinion"),
            fields=(
                "outcome",
                Column("opinion", kind="long"),
                Column("decided_on", kind="date"),
                "decided_by",
            ),
            shown=lambda review, _by: bool(review.opinion),
        ),
    )

    def save(self, form: PortalModelForm, by: Principal) -> Review:
        data = form.cleaned_data
        return services.ask_review(
            data["letter_number"], by=by, reason=data["reason"], asked_on=data["asked_on"]
        )

    def title(self, record: Review) -> str:
        return record.letter.title

    def facts(self, record: Review) -> Sequence[str]:
        return (
            _t("%(stage)s %(number)s") % {"stage": record.get_stage_display(), "number": record.number},
            _t("Letter %(number)s") % {"number": record.letter.number},
        )


@register
class ReviewingBodyPages(TablePages):
    model = ReviewingBody
    slug = "reviewing-bodies"
    menu = Menu(group="tables", label=_("Reviewing bodies"), icon="doc", order=34)
    note = _("Bodies outside the bureau that review answers. One that is no longer in use is not offered.")
    empty = _("No body yet. Add those to which reviews are sent on.")
    columns = (
        Column("name_zh", link=True, sort="name_zh"),
        Column("name", sort="name"),
        Column("is_active", kind="yes_no", sort="is_active"),
        Column("is_verified", kind="yes_no"),
    )
    search = ("name_zh", "name")
    panels = (
        Panel(
            _("Reviewing body"),
            fields=("name_zh", "name", "is_active", "is_verified", "changed_by", "changed_at"),
        ),
    )
    form = BodyForm
    add_form = BodyForm
