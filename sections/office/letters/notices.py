"""Who is told what when a letter moves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.deadlines.models import ClockEvent
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from sections.office.letters.models import Letter
from sections.office.letters.supervisors import warn_of_nobody_above

register(NoticeKind("letters.received", title=_("New letter %(number)s")))
register(
    NoticeKind("letters.urgent", title=_("Urgent: letter %(number)s. Somebody may come to harm."), sms=True)
)
register(NoticeKind("letters.added", title=_("The writer added something to letter %(number)s")))
register(NoticeKind("letters.assigned", title=_("Letter %(number)s was assigned to your section")))
register(NoticeKind("letters.returned", title=_("Letter %(number)s came back: the section objects to it")))
register(NoticeKind("letters.proposed", title=_("The answer to letter %(number)s waits for approval")))
register(
    NoticeKind("letters.sent_back", title=_("The answer to letter %(number)s came back to your section"))
)
register(NoticeKind("letters.answered", title=_("The answer to letter %(number)s was sent")))
register(
    NoticeKind(
        "letters.consent_taken_back",
        title=_("The writer of letter %(number)s no longer agrees to publishing: withdraw what is public"),
    )
)
register(NoticeKind("letters.withdrawn", title=_("The writer withdrew letter %(number)s")))
register(NoticeKind("letters.reopened", title=_("Letter %(number)s was reopened")))
register(NoticeKind("letters.extension_asked", title=_("More time is asked for letter %(number)s")))
register(NoticeKind("letters.extension_granted", title=_("More time was agreed to for letter %(number)s")))
register(NoticeKind("letters.extension_refused", title=_("More time was refused for letter %(number)s")))
register(NoticeKind("letters.urged", title=_("Letter %(number)s: your section is asked to be quick")))
register(
    NoticeKind(
        "letters.retention",
        title=_(
            "%(count)s letters (%(first)s to %(last)s) lose their personal data from %(day)s: keep what must be kept"
        ),
    )
)
register(
    NoticeKind("letters.disputed", title=_("The writer of letter %(number)s says that it is not solved"))
)
register(
    NoticeKind(
        "letters.nobody_above",
        title=_(
            "Letter %(number)s: who stands above it is kept away from it. Nobody but you can approve it."
        ),
    )
)
register(
    NoticeKind(
        "letters.kept_from_colleague",
        title=_(
            "Letter %(number)s: a colleague who worked on it may no longer see it, because of a new post. Check who goes on with it."
        ),
    )
)
register(NoticeKind("letters.soon", title=_("Letter %(number)s is due on %(day)s")))
register(NoticeKind("letters.late", title=_("Letter %(number)s is overdue since %(day)s")))
register(NoticeKind("letters.very_late", title=_("Letter %(number)s is long overdue, since %(day)s")))
register(NoticeKind("letters.date_moved", title=_("The date for letter %(number)s moved to %(day)s")))

register(NoticeKind("letters.instructed", title=_("A leader gave an instruction on letter %(number)s")))
register(NoticeKind("letters.invited", title=_("Your section is asked to contribute to letter %(number)s")))
register(NoticeKind("letters.contributed", title=_("A section contributed to letter %(number)s")))

register(
    NoticeKind("letters.data_requested", title=_("The writer of letter %(number)s asks about personal data"))
)

# Transition → notice, and whether the holder (the office) or the section is told.
TOLD: dict[str, tuple[str, str]] = {
    "dispute": ("letters.disputed", "owner"),
    "ask_about_data": ("letters.data_requested", "owner"),
    "append": ("letters.added", "owner"),
    "confirm_urgency": ("letters.urgent", "unit"),
    "submit": ("letters.received", "owner"),
    "assign": ("letters.assigned", "unit"),
    "object": ("letters.returned", "owner"),
    "propose": ("letters.proposed", "owner"),
    "send_back": ("letters.sent_back", "unit"),
    "approve": ("letters.answered", "unit"),
    "withdraw": ("letters.withdrawn", "unit"),
    "forbid_publishing": ("letters.consent_taken_back", "owner"),
    "ask_again": ("letters.reopened", "owner"),
}


# After these others stand above the letter, or fewer of them.
MOVES_SUPERVISORS = ("register", "accuse", "assign")


def tell_people(letter: Letter, transition: Transition, by: Principal) -> None:
    """Notices carry the number alone: no name, no subject, no word of the letter."""
    kind, field = TOLD.get(transition.name, ("", ""))
    if transition.name == "submit" and letter.is_urgent:
        kind = "letters.urgent"
    unit = getattr(letter, field) if field else None
    if unit is not None:
        tell_unit(kind, unit=unit, params={"number": letter.number}, record=letter)
    if transition.name in MOVES_SUPERVISORS:
        warn_of_nobody_above(letter)


def tell_of_date(letter: Letter, event: ClockEvent) -> None:
    """A promised date never moves unannounced."""
    if event.new_due_on is not None:
        tell_unit(
            "letters.date_moved",
            unit=letter.unit or letter.owner,
            params={"number": letter.number, "day": event.new_due_on},
            record=letter,
        )
