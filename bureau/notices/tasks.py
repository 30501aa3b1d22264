"""Notices on their way by e-mail and SMS; word of what went wrong in the background."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.files.alarms import TELLERS as ALARMS
from bureau.jobs.registry import ON_DEAD, ON_JOB_END, Payload, task
from bureau.jobs.schedule import every

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bureau.accounts.models import User

KEEP_OUTGOING = timedelta(days=30)
KEEP_READ = timedelta(days=365)


@task("notices.email")
def email(payload: Payload) -> None:
    """The sentence and a link, in the reader's language; the case itself stays on the site."""
    from bureau.notices.models import Notice
    from bureau.notices.services import queue_mail

    notice = Notice.objects.select_related("user").get(pk=payload["notice"])
    if not notice.user.is_active or not notice.user.email:
        return
    with translation.override(notice.user.language):
        link = settings.PUBLIC_URL + (notice.url or "/account/home/")
        body = _("%(title)s\n\nOpen it here: %(link)s\n") % {"title": notice.title, "link": link}
        queue_mail(to=notice.user.email, subject=notice.title, body=body)


@task("notices.sms")
def sms(payload: Payload) -> None:
    """No word of the matter: a telephone lies about."""
    from bureau.notices.models import Notice
    from bureau.notices.services import queue_sms

    notice = Notice.objects.select_related("user").get(pk=payload["notice"])
    if not notice.user.is_active or not notice.user.phone:
        return
    with translation.override(notice.user.language):
        queue_sms(to=notice.user.phone, text=_("You have a notice on the portal. Sign in to read it."))


@task("notices.deliver")
def deliver(payload: Payload) -> None:
    from bureau.notices import channels
    from bureau.notices.models import OutgoingMessage

    message = OutgoingMessage.objects.select_for_update().get(pk=payload["message"])
    if message.status == OutgoingMessage.Status.WAITING:
        channels.deliver(message)


def tell_administrators(task_name: str, effect_id: int, attempts: int) -> None:
    """An effect was given up: the system administrators read so on the site."""
    from bureau.notices.services import tell

    params: dict[str, str | int] = {"task": task_name, "attempts": attempts}
    # A dead mail task must not try to send its own obituary by mail.
    is_channel = task_name.startswith("notices.")
    people = administrators()
    tell("jobs.given_up", to=people, params=params, url="/desk/jobs/", on_site_only=is_channel)


def administrators() -> QuerySet[User]:
    from bureau.accounts.models import User
    from bureau.charter.choices import Role
    from bureau.charter.models import Membership

    posts = Membership.objects.in_force().filter(role=Role.SYSTEM_ADMIN)
    return User.objects.filter(pk__in=posts.values("user_id"))


def tell_owner(job_id: int) -> None:
    from bureau.jobs.models import Job
    from bureau.notices.services import tell

    job = Job.objects.select_related("owner").get(pk=job_id)
    kind = "jobs.done" if job.status == Job.Status.DONE else "jobs.failed"
    url = str(job.result.get("url") or job.payload.get("url") or "")
    tell(kind, to=[job.owner], params={"title": job.title}, record=job, url=url)


def tell_of_files(trouble: str, count: int) -> None:
    """The system administrators, once: not again while the last word of the same trouble is unread."""
    from bureau.notices.models import Notice
    from bureau.notices.services import tell

    kind = f"files.{trouble}"
    unread = Notice.objects.filter(kind=kind, read_at__isnull=True).values("user_id")
    people = administrators()
    if trouble != "infected":  # each infected file is a case of its own
        people = people.exclude(pk__in=unread)
    tell(kind, to=people, params={"count": count}, url="/desk/jobs/")


ON_DEAD.add("notices", tell_administrators)
ALARMS.add("notices", tell_of_files)
ON_JOB_END.add("notices", tell_owner)


@every(name="notices.tidy", daily_at=time(3, 40))
def tidy() -> None:
    from bureau.notices.models import Notice, OutgoingMessage

    now = timezone.now()
    waiting = OutgoingMessage.Status.WAITING
    OutgoingMessage.objects.filter(created_at__lt=now - KEEP_OUTGOING).exclude(status=waiting).delete()
    Notice.objects.filter(read_at__lt=now - KEEP_READ).delete()
