"""What the section that drafts hears of its consultation."""

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

register(NoticeKind("consultations.opinions", title=_("New opinions on “%(title)s”: %(count)s")))
