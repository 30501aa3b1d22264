"""The way of an article to the public, and how a column stands before its limit."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from bureau.workflow.declare import Text, Transition, Waiting, Workflow, note, register
from sections.office.news import forms, reviewing, services, states
from sections.office.news.choices import IN_REVIEW, WRITING, ColumnStatus, Stage, Status
from sections.office.news.models import Article, Column
from sections.office.news.notices import tell_writer

PUBLIC_TARGETS = (Status.PUBLISHED, Status.TAKEN_OVER)


def _review(stage: Stage, label: Text, done: Text, source: Status, target: Status) -> Transition:
    return Transition(
        f"pass_{stage.value}",
        label,
        done_label=done,
        sources=(source,),
        target=target,
        verb=reviewing.VERB_OF[stage],
        form=forms.ReviewForm,
        condition=reviewing.why_not_review,
        effect=states.nothing,
        then=services.pass_review(stage),
        style="primary",
    )


def _send_back(stage: Stage, source: Status) -> Transition:
    return Transition(
        f"return_{stage.value}",
        _("Send back to be changed"),
        done_label=_("Sent back to be changed"),
        sources=(source,),
        target=Status.RETURNED,
        verb=reviewing.VERB_OF[stage],
        form=forms.SendBackForm,
        condition=reviewing.why_not_review,
        effect=states.nothing,
        then=services.send_back(stage),
    )


WRITING_STEPS = (
    Transition(
        "write",
        _("Write an article"),
        done_label=_("Begun"),
        sources=(),
        target=Status.DRAFT,
        verb="draft",
        effect=services.write_article,
        then=services.begin_versions,
    ),
    Transition(
        "send_to_review",
        _("Send to the first review"),
        done_label=_("Sent to the first review"),
        sources=WRITING,
        target=Status.FIRST_REVIEW,
        verb="draft",
        effect=services.send_to_review,
        style="primary",
    ),
    Transition(
        "take_back_draft",
        _("Take back to change it"),
        done_label=_("Taken back to change it"),
        sources=(*IN_REVIEW, Status.APPROVED),
        target=Status.DRAFT,
        verb="draft",
        effect=states.nothing,
        confirm=_("All reviews begin anew after a change."),
    ),
    Transition(
        "discard",
        _("Discard"),
        done_label=_("Discarded"),
        sources=WRITING,
        target=Status.DISCARDED,
        verb="draft",
        effect=states.nothing,
        confirm=_("The draft stays in the list of discarded ones; nobody can go on with it."),
        style="danger",
    ),
)

REVIEWS = (
    _review(
        Stage.FIRST,
        _("Pass the first review"),
        _("First review passed"),
        Status.FIRST_REVIEW,
        Status.SECOND_REVIEW,
    ),
    _send_back(Stage.FIRST, Status.FIRST_REVIEW),
    _review(
        Stage.SECOND,
        _("Pass the second review"),
        _("Second review passed"),
        Status.SECOND_REVIEW,
        Status.FINAL_REVIEW,
    ),
    _send_back(Stage.SECOND, Status.SECOND_REVIEW),
    _review(
        Stage.FINAL,
        _("Pass the final review"),
        _("Final review passed"),
        Status.FINAL_REVIEW,
        Status.APPROVED,
    ),
    _send_back(Stage.FINAL, Status.FINAL_REVIEW),
)

PUBLISHING = (
    Transition(
        "publish",
        _("Publish"),
        done_label=_("Published"),
        sources=(Status.APPROVED,),
        target=states.public_target,
        targets=PUBLIC_TARGETS,
        form=forms.DatesForm,
        effect=services.publish_article,
        then=services.follow_publication,
        confirm=_("Everybody can read it at once."),
        style="primary",
    ),
    Transition(
        "schedule",
        _("Publish later"),
        done_label=_("Scheduled"),
        sources=(Status.APPROVED,),
        target=Status.SCHEDULED,
        verb="publish",
        form=forms.ScheduleForm,
        effect=services.schedule_article,
    ),
    Transition(
        "unschedule",
        _("Take off the schedule"),
        done_label=_("Taken off the schedule"),
        sources=(Status.SCHEDULED,),
        target=Status.APPROVED,
        verb="publish",
        effect=states.forget_moment,
    ),
    Transition(
        "return_approved",
        _("Send back to be changed"),
        done_label=_("Sent back to be changed"),
        sources=(Status.APPROVED, Status.SCHEDULED),
        target=Status.RETURNED,
        verb="publish",
        effect=states.forget_moment,
        reason="required",
    ),
    Transition(
        "publish_at_once",
        _("Publish at once in an emergency"),
        done_label=_("Published in an emergency"),
        sources=(*WRITING, *IN_REVIEW),
        target=states.public_target,
        targets=PUBLIC_TARGETS,
        form=forms.DatesForm,
        effect=services.publish_at_once,
        then=services.follow_publication,
        reason="required",
        confirm=_("Nobody has reviewed it. A second person must look at it soon afterwards."),
        style="danger",
    ),
    Transition(
        "go_live",
        _("Publish at the minute"),
        done_label=_("Published as scheduled"),
        sources=(Status.SCHEDULED,),
        target=states.public_target,
        targets=PUBLIC_TARGETS,
        effect=services.publish_article,
        then=services.follow_publication,
        by_system=True,
    ),
    Transition(
        "hold_back",
        _("Hold back"),
        done_label=_("Held back: a check stopped it"),
        sources=(Status.SCHEDULED,),
        target=Status.APPROVED,
        effect=states.forget_moment,
        reason="required",
        by_system=True,
    ),
)

AFTERWARDS = (
    Transition(
        "look_again",
        _("Second look: it may stay"),
        done_label=_("Second look taken"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        form=forms.ReviewForm,
        condition=reviewing.why_no_second_look,
        effect=services.end_second_look,
        then=services.note_second_look,
        style="primary",
    ),
    note(
        "revise",
        _("Begin a revision"),
        (Status.PUBLISHED,),
        done_label=_("Revision begun"),
        verb="draft",
        condition=services.why_no_revision,
        then=services.begin_revision,
    ),
    Transition(
        "confirm",
        _("Confirm that it still holds"),
        done_label=_("Confirmed: it still holds"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        verb="draft",
        form=forms.ConfirmForm,
        effect=services.confirm_article,
    ),
    Transition(
        "set_dates",
        _("Change expiry or pin"),
        done_label=_("Expiry or pin changed"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        verb="publish",
        form=forms.DatesForm,
        effect=services.change_dates,
    ),
    note(
        "take_off",
        _("Take a file or picture off the page"),
        (Status.PUBLISHED,),
        done_label=_("File or picture taken off the page"),
        verb="publish",
        form=forms.TakeOffForm,
        condition=services.why_nothing_to_take_off,
        then=services.take_off_page,
        confirm=_("It is gone from the page at once. To put another there, begin a revision."),
    ),
    Transition(
        "withdraw",
        _("Withdraw"),
        done_label=_("Withdrawn"),
        sources=(Status.PUBLISHED, Status.EXPIRED),
        target=Status.WITHDRAWN,
        form=forms.WithdrawForm,
        effect=services.withdraw_article,
        then=services.renew_column_of,
        confirm=_("Page, list, search and feed lose it at once; its address gives the reason."),
        style="danger",
    ),
    Transition(
        "write_anew",
        _("Write it anew"),
        done_label=_("To be written anew"),
        sources=(Status.WITHDRAWN, Status.EXPIRED),
        target=Status.RETURNED,
        verb="publish",
        effect=services.return_to_writing,
        confirm=_("It goes through all reviews again; its address stays."),
    ),
    Transition(
        "expire",
        _("Expire"),
        done_label=_("Expired"),
        sources=(Status.PUBLISHED,),
        target=Status.EXPIRED,
        effect=states.nothing,
        then=services.renew_column_of,
        by_system=True,
    ),
    Transition(
        "remind",
        _("Ask whether it still holds"),
        done_label=_("Asked whether it still holds"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        effect=states.review_is_due,
        by_system=True,
    ),
    Transition(
        "note_links",
        _("Note the result of the link check"),
        done_label=_("Links checked"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        effect=states.links_counted,
        by_system=True,
    ),
)

MEND = gettext_noop("Mend the links that lead nowhere")
RENEW = gettext_noop("Publish something new in this column")


def waiting(article: Article) -> Iterator[Waiting]:
    """Who has the text now, and what a published one still asks for."""
    match article.status:
        case Status.DRAFT if article.written_by is not None:
            yield Waiting("send_to_review", user=article.written_by)
        case Status.DRAFT | Status.RETURNED:
            yield Waiting("send_to_review", unit=article.owner)
        case Status.FIRST_REVIEW | Status.SECOND_REVIEW | Status.FINAL_REVIEW:
            yield from reviewing.waiting_for_review(article)
        case Status.APPROVED:
            unit = reviewing.holder()
            if unit is not None:
                yield Waiting("publish", unit=unit)
        case Status.PUBLISHED:
            yield from _asked_for(article)


def _asked_for(article: Article) -> Iterator[Waiting]:
    if article.look_again_by is not None:
        due = timezone.localdate(article.look_again_by)
        for unit in (reviewing.leaders(), reviewing.holder()):
            if unit is not None:
                yield Waiting("look_again", unit=unit, due=due)
    if article.broken_links:
        yield Waiting(MEND, unit=article.owner, verb="draft")
    elif article.is_review_due:
        yield Waiting("confirm", unit=article.owner, due=article.review_by)


def waiting_for_news(column: Column) -> Iterator[Waiting]:
    """The section that keeps a column hears of it before the limit; who publishes, when it is broken."""
    if column.status == ColumnStatus.FRESH:
        return
    yield Waiting(RENEW, unit=column.owner, due=column.fresh_until, verb="draft")
    publisher = reviewing.holder()
    if column.status == ColumnStatus.STALE and publisher is not None:
        yield Waiting(RENEW, unit=publisher, due=column.fresh_until, verb="draft")


register(
    Workflow(
        Article,
        (*WRITING_STEPS, *REVIEWS, *PUBLISHING, *AFTERWARDS),
        waiting=waiting,
        title=lambda article: article.label,
        tell=tell_writer,
        label=_("News and notices"),
        icon="globe",
    )
)
register(
    Workflow(
        Column,
        (
            Transition(
                "open",
                _("Open a column"),
                done_label=_("Opened"),
                sources=(),
                target=ColumnStatus.FRESH,
                verb="keep_columns",
                effect=states.take_fields,
            ),
            Transition(
                "warn",
                _("Warn of the limit"),
                done_label=_("The limit comes near"),
                sources=(ColumnStatus.FRESH, ColumnStatus.STALE),
                target=ColumnStatus.DUE,
                effect=states.take_fields,
                by_system=True,
            ),
            Transition(
                "pass_limit",
                _("Note that the limit is broken"),
                done_label=_("Nothing new within the limit"),
                sources=(ColumnStatus.FRESH, ColumnStatus.DUE),
                target=ColumnStatus.STALE,
                effect=states.take_fields,
                by_system=True,
            ),
            Transition(
                "renew",
                _("Note that there is something new"),
                done_label=_("Something new was published"),
                sources=(ColumnStatus.DUE, ColumnStatus.STALE),
                target=ColumnStatus.FRESH,
                effect=states.take_fields,
                by_system=True,
            ),
        ),
        waiting=waiting_for_news,
        title=lambda column: column.label,
        label=pgettext_lazy("site", "Columns"),
        icon="doc",
    )
)
