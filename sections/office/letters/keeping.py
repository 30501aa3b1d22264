"""Once its unit was warned, a record may be kept longer: until a day, for a reason. Letters and reports alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.principals import Principal
from bureau.pages.forms import PortalForm
from sections.office.letters.models.keeping import KeepingNotice


class KeepForm(PortalForm):
    until = forms.DateField(
        label=gettext_lazy("Keep until"),
        help_text=gettext_lazy("You are warned again before this day."),
        error_messages={
            "required": gettext_lazy("Enter the last day on which the personal data are needed.")
        },
    )

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Enter a later one."))
        return day


def notice_of(record: Any) -> KeepingNotice | None:
    return getattr(record, "retention_notice", None)


def why_not_kept(record: Any, by: Principal) -> str:
    return "" if notice_of(record) else _("Nobody has been warned yet; the personal data stay for now.")


def keep_longer(record: Any, by: Principal, data: Mapping[str, Any]) -> None:
    """The day moves; the reason stands in the history and in the audit."""
    row = notice_of(record)
    if row is not None:
        row.kept_until = data["until"]
        row.due_on = data["until"] + timedelta(days=1)
        row.save(update_fields=["kept_until", "due_on"])


def to_warn_again(notices: QuerySet[Any], today: date) -> Iterable[Any]:
    """Notices whose longer time ends soon, and whose unit was not told since it was kept."""
    days = timedelta(days=settings.RETENTION_WARNING_DAYS)
    rows = notices.filter(kept_until__isnull=False, due_on__lte=today + days)
    return [row for row in rows if row.warned_on < row.due_on - days]


def warned_again(row: Any, today: date) -> None:
    """Nothing goes before the days of a warning are over."""
    row.warned_on = today
    row.due_on = max(row.due_on, today + timedelta(days=settings.RETENTION_WARNING_DAYS))
    row.save(update_fields=["warned_on", "due_on"])
