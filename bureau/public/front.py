"""What the home page and the channels show beside the blocks of the rooms."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.public import channels, site
from bureau.public.channels import Entry, public_address

MOST_TASKS = 8
OPEN = "open"  # the channel whose pages stand on the home page as shortcuts
# Tasks of the shell itself; the rooms bring theirs.
OWN_TASKS = (
    site.Task(
        _("Track a letter or application"),
        _("With the number and the code on your receipt"),
        "track",
        "track",
        order=30,
    ),
    site.Task(_("What the bureau does"), _("Every section, every duty"), "building", "duties", order=90),
)


@dataclass(frozen=True)
class TaskEntry:
    label: str | Promise
    hint: str | Promise
    icon: str
    url: str


def tasks() -> list[TaskEntry]:
    """What people come to do, at most eight: only what exists."""
    offered = sorted([*site.tasks(), *OWN_TASKS], key=lambda task: task.order)
    found = [
        TaskEntry(task.label, task.hint, task.icon, url)
        for task in offered
        if (url := public_address(task.url_name))
    ]
    return found[:MOST_TASKS]


def open_government() -> list[Entry]:
    """Shortcuts to what must be published; none where there is but one."""
    found = next((one for one in channels.filled() if one.key == OPEN), None)
    entries = [*found.entries, *channels.columns_of(found)] if found else []
    return entries if len(entries) > 1 else []
