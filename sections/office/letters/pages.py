"""Letters on the desk."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalModelForm
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Related, Tabs, Workspace, register
from sections.office.identities.models import IdentityRequest
from sections.office.letters import (
    after_pages,
    after_panels,
    clock_panels,
    enclosures,
    explaining,
    handling,
    handling_panels,
    handling_views,
    overdue_page,
    own_data,
    privacy_pages,  # noqa: F401 – the table of texts
    reissue,
    writer_panels,
)
from sections.office.letters.choices import NoteKind, Status
from sections.office.letters.entry_forms import EnterForm
from sections.office.letters.filters import LetterFilter, TemplateFilter
from sections.office.letters.handling_forms import TemplateForm
from sections.office.letters.models import Accused, AnswerTemplate, Letter
from sections.office.letters.writer_identity import is_of_the_office, knows_of_writer, writer
from sections.office.reviews import panels as reviews


@register
class LetterPages(PageSet):
    model = Letter
    slug = "letters"
    menu = Menu(group="section", label=_("Letters"), icon="mail", order=10)
    note = _("Letters of citizens. The school or person complained about never reads them.")
    empty = _(
        "No letter fits. Letters arrive here when a citizen sends one or the Office assigns one to you."
    )
    columns = (
        Column("number", link=True, sort="number"),
        Column("title"),
        Column("is_pressing", label=_("Urgent"), value=writer_panels.urgency),
        Column("kind", low=True),
        Column("unit", label=_("Section"), sort="unit__order"),
        Column("received_on", kind="date", sort="received_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("number", "title")
    search_label = _("Number or subject")
    filters = LetterFilter
    ordering = ("-is_pressing", "-received_on", "-pk")
    tabs = Tabs("status")
    select_related = ("unit", "owner", "school")
    unread = Letter.long_or_sealed
    tags = {
        Status.RECEIVED: "new",
        Status.REGISTERED: "half",
        Status.ACCEPTED: "half",
        Status.ASSIGNED: "half",
        Status.DRAFTING: "half",
        Status.PROPOSED: "warn",
        Status.ANSWERED: "done",
        Status.DECLINED: "bad",
        Status.WITHDRAWN: "moved",
        Status.REFERRED: "moved",
        Status.MERGED: "moved",
    }
    attachments = (enclosures.ON_LETTER, enclosures.WITH_ANSWER)
    add_form = EnterForm
    bulk = ("register",)
    sheets = ("office.mayors_line",)
    views = {"add": handling_views.EnterView, "do": handling_views.LetterActView}
    panels = (
        Panel(
            _("Instruction of a leader"),
            template="office/letters/notes.html",
            context=handling_panels.instructions,
            shown=handling_panels.has_notes(NoteKind.INSTRUCTION),
        ),
        Panel(
            _("Letter"),
            fields=(
                "kind",
                "channel",
                "people_count",
                "is_by_child",
                "is_urgent",
                "school",
                "unit",
                Column("received_on", label=_("Received on")),
                Column("body", kind="long"),
                Column("consent", label=_("Publishing the answer"), value=writer_panels.consent),
            ),
        ),
        Panel(
            _("Added by the writer"),
            template="office/letters/additions.html",
            context=writer_panels.additions,
            shown=writer_panels.has_additions,
        ),
        Panel(
            _("What the writer called the files"),
            template="office/letters/sent_names.html",
            context=writer_panels.sent_names,
            shown=writer_panels.sees_names,
        ),
        Panel(_("Writer"), template="office/letters/writer.html", context=writer, shown=knows_of_writer),
        Related(
            _("Whom it is about"),
            Accused,
            by="letter",
            columns=(
                Column("kind", label=_("Kind")),
                Column("who", label=_("Who"), value=str),
                Column("added_at", kind="moment"),
                Column("added_by_name"),
            ),
            select_related=("school", "unit", "user", "teacher"),
            empty=_(
                "Nobody is recorded. Whoever the letter is about is kept away from it once recorded here."
            ),
        ),
        Panel(
            _("Requests for explanation"),
            template="office/letters/explanations.html",
            context=explaining.explanations,
        ),
        Related(
            _("Requests to see the writer"),
            IdentityRequest,
            by="letter",
            columns=(
                Column("asked_by", label=_("Asked by"), link=True),
                Column("purpose"),
                Column("decided_by"),
                Column("until", kind="moment"),
                Column("status", kind="tag"),
            ),
            select_related=("letter", "asked_by", "decided_by"),
            empty=_("Nobody has asked."),
        ),
        Panel(
            _("Closed for good"),
            template="office/reviews/final.html",
            context=reviews.final_letters,
            shown=reviews.is_repeated,
        ),
        Panel(
            _("Other letters"),
            template="office/letters/other_letters.html",
            context=handling_panels.other_letters,
            shown=is_of_the_office,
        ),
        Panel(
            _("Handled together with this letter"),
            template="office/letters/together.html",
            context=handling_panels.together,
            shown=lambda letter, _by: letter.merged.exists(),
        ),
        Panel(
            _("Sections that contribute"),
            template="office/letters/contributions.html",
            context=handling_panels.contributions,
            shown=lambda letter, _by: letter.co_handlers.exists(),
        ),
        Panel(
            _("Answer"),
            fields=(
                "outcome",
                Column("answer", kind="long"),
                "drafted_by",
                Column("answered_on", label=_("Answered on")),
            ),
            shown=lambda letter, _by: bool(letter.answer),
        ),
        Panel(
            _("Cited documents"),
            template="office/letters/citations.html",
            context=handling_panels.citations,
            shown=lambda letter, _by: letter.citations.exists(),
        ),
        Panel(
            _("Earlier answer"),
            template="office/letters/earlier_answers.html",
            context=clock_panels.earlier_answers,
            shown=clock_panels.was_reopened,
        ),
        Panel(
            _("How it ended"),
            fields=("ground", "referred_to", Column("closed_on", kind="date")),
            shown=clock_panels.has_ended_otherwise,
        ),
        Panel(
            _("Reviews of the answer"),
            template="office/reviews/of_letter.html",
            context=reviews.reviews_of,
            shown=reviews.has_reviews,
        ),
        Panel(
            _("More time and warnings"),
            template="office/letters/times.html",
            context=clock_panels.times,
            shown=clock_panels.has_times,
        ),
        Panel(
            _("Internal notes"),
            template="office/letters/notes.html",
            context=handling_panels.internal_notes,
            shown=handling_panels.has_notes(NoteKind.NOTE),
        ),
        Panel(
            _("What the writer says"),
            fields=("rating", "rating_comment", "solved_asked_on", "solved", "solved_on"),
            shown=after_panels.has_said,
        ),
        Panel(
            _("Objections of the writer"),
            template="office/letters/disputes.html",
            context=after_panels.disputes,
            shown=after_panels.has_disputes,
        ),
        Panel(
            _("Requests of the writer about personal data"),
            template="office/data_requests.html",
            context=own_data.REQUESTS.on_desk,
            shown=own_data.REQUESTS.has_any,
        ),
        Panel(
            _("Warnings about the answer"),
            template="office/letters/warnings.html",
            context=after_panels.warnings,
            shown=after_panels.sees_warnings,
        ),
        Panel(
            _("Public answer"),
            template="office/letters/publication.html",
            context=after_panels.publication,
            shown=after_panels.may_publish,
        ),
    )

    def links(self, workspace: Workspace, principal: Principal) -> Sequence[tuple[str, str]]:
        return [overdue_page.link(principal), *after_pages.rates_link(principal)]

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return [reissue.url(self), overdue_page.url(self), handling_views.link_url(self)]

    def title(self, record: Letter) -> str:
        return record.title

    def facts(self, record: Letter) -> Sequence[str]:
        return (_t("Letter %(number)s") % {"number": record.number},)

    def survivor(self, record: Letter) -> None:
        """A letter that is handled with another one keeps its page: its writer is somebody else."""


@register
class AnswerTemplatePages(PageSet):
    model = AnswerTemplate
    slug = "answer-templates"
    menu = Menu(
        group="section", label=_("Answer templates"), icon="doc", order=15, capability="office.letters"
    )
    note = _("Beginnings of answers. The office keeps them; whoever answers a letter inserts one.")
    empty = _("No template fits. The office adds one here.")
    columns = (
        Column("title", link=True, sort="title"),
        Column("kind", low=True),
        Column("unit", label=_("Section"), sort="unit__order"),
        Column("is_in_use", kind="yes_no", sort="is_in_use"),
    )
    search = ("title",)
    search_label = _("Name of the template")
    filters = TemplateFilter
    select_related = ("unit",)
    form = TemplateForm
    add_form = TemplateForm
    panels = (Panel(_("Template"), fields=("kind", "unit", "is_in_use", Column("text", kind="long"))),)

    def save(self, form: PortalModelForm, by: Principal) -> AnswerTemplate:
        return handling.keep_template(form.instance, by=by, fields=form.changed_data)
