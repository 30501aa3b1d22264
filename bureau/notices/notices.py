"""What the ground floor itself tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

register(
    NoticeKind("jobs.given_up", title=_("A background task was given up after %(attempts)s tries: %(task)s"))
)
register(NoticeKind("jobs.done", title=_("Finished: %(title)s"), email=False))
register(NoticeKind("jobs.failed", title=_("Not finished: %(title)s"), email=False))

# Files: what the virus scanner found, that it is away, that rows and contents differ.
register(
    NoticeKind(
        "files.infected", title=_("A virus was found in a file that somebody added. It is locked away.")
    )
)
register(
    NoticeKind(
        "files.scanner_down",
        title=_("The virus scanner does not answer. Files that wait for it: %(count)s"),
    )
)
register(
    NoticeKind(
        "files.unmatched",
        title=_(
            "Attached files are missing or altered: %(count)s. Run “manage.py files reconcile --digests”."
        ),
    )
)
