"""What the engine itself tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

URGED = register(NoticeKind("workflow.urged", title=_("%(unit)s asks for speed: %(action)s (%(kind)s)")))
