"""The ground floor's own entries of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.desk import redirects  # noqa: F401 – registers its pages
from bureau.notices.selectors import unread_count
from bureau.pages.menu import MenuEntry, register
from bureau.workflow.selectors import open_count

for workspace in ("desk", "school"):
    register(MenuEntry(workspace, "mine", _("To do"), "inbox", f"{workspace}:inbox", 10, count=open_count))
    register(MenuEntry(workspace, "mine", _("Waiting on others"), "track", f"{workspace}:waiting", 12))

register(MenuEntry("desk", "mine", _("Notices"), "bell", "desk:notices", 20, count=unread_count))
register(MenuEntry("desk", "mine", _("Jobs"), "clock", "desk:jobs", 80))
register(
    MenuEntry(
        "desk", "bureau", _("Calendar and deadlines"), "cal", "desk:calendar", 60, ground_verb="calendar.view"
    )
)
register(MenuEntry("desk", "bureau", _("Audit"), "eye", "desk:audit", 80, ground_verb="audit.read"))
register(
    MenuEntry(
        "desk", "bureau", _("Outgoing messages"), "mail", "desk:outgoing", 85, ground_verb="outgoing.read"
    )
)
register(MenuEntry("school", "mine", _("Notices"), "bell", "school:notices", 20, count=unread_count))
register(MenuEntry("school", "mine", _("Jobs"), "clock", "school:jobs", 80))

register(
    MenuEntry(
        "desk", "bureau", _("Accounts"), "user", "desk:accounts", order=30, ground_verb="accounts.reset"
    )
)
register(
    MenuEntry(
        "school",
        "mine",
        _("Users of my school"),
        "user",
        "school:users",
        order=80,
        ground_verb="school.users",
    )
)
register(
    MenuEntry(
        "desk", "bureau", _("The bureau"), "building", "desk:units", order=20, ground_verb="charter.view"
    )
)
register(
    MenuEntry(
        "desk", "bureau", _("Style guide"), "pen", "styleguide", order=95, ground_verb="styleguide.view"
    )
)
register(
    MenuEntry(
        "desk", "bureau", _("Shares by hand"), "shield", "desk:shares", order=35, ground_verb="shares.manage"
    )
)
