"""A request about personal data, from the page of who asks to the decision of the office.

What must be kept is kept, whatever is asked; what need not be kept goes when the office agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.deadlines.selectors import open_clock
from bureau.workflow.declare import Waiting
from sections.office.data_requests.choices import DataDecision, DataField, DataWish
from sections.office.data_requests.clocks import DATA_REQUEST
from sections.office.data_requests.models import AskedAboutData

Data = Mapping[str, Any]
IN_A_COPY = ("asked_on", "wish", "field", "value", "text", "decision", "reply", "replied_on")


@dataclass(frozen=True)
class Requests:
    """The requests about one kind of record.

    `parent`: the field of `model` that names the record. `why_gone`: the sentence why nothing of the person is held
    any more, "" while something is. `correct` (record, field, value) and `delete` write what the office agrees to;
    the engine saves the record. `office`: the unit that must reply.
    """

    model: type[AskedAboutData]
    parent: str
    why_gone: Callable[[Any], str]
    correct: Callable[[Any, str, str], None]
    delete: Callable[[Any], None]
    office: Callable[[Any], Unit]

    def of(self, record: Any) -> QuerySet[Any]:
        return self.model._base_manager.filter(**{self.parent: record}).order_by("pk")

    def open_one(self, record: Any) -> AskedAboutData | None:
        found: AskedAboutData | None = self.of(record).filter(replied_on=None).first()
        return found

    # -- asking and replying --------------------------------------------------------------------------------

    def why_not_asked(self, record: Any, by: Principal) -> str:
        gone = self.why_gone(record)
        if gone:
            return gone
        if self.open_one(record) is not None:
            return _("The office has your request and must reply to it.")
        if self.of(record).count() >= settings.LETTERS_DATA_REQUESTS:
            return _("You have asked as often as is possible here. Call us instead.")
        return ""

    def keep(self, record: Any, by: Principal, data: Data) -> None:
        row = self.model(**{self.parent: record}, asked_on=timezone.localdate())
        for name in ("wish", "field", "value", "text"):
            setattr(row, name, data.get(name, ""))
        row.full_clean()
        row.save()

    def why_no_reply(self, record: Any, by: Principal) -> str:
        return "" if self.open_one(record) else _("There is no open request about personal data.")

    def do_as_asked(self, record: Any, by: Principal, data: Data) -> None:
        """Where the office agrees: the right value goes into the record, or what need not be kept goes out of it."""
        row = self.of(record).select_for_update().get(replied_on=None)
        if data["decision"] != DataDecision.GRANTED or self.why_gone(record):
            return
        if row.wish == DataWish.DELETE:
            self.delete(record)
        elif row.field != DataField.OTHER:
            self.correct(record, row.field, row.value)

    def write_reply(self, record: Any, by: Principal, data: Data) -> None:
        row = self.of(record).get(replied_on=None)
        row.decision, row.reply, row.replied_on = data["decision"], data["reply"], timezone.localdate()
        row.replied_by = by if isinstance(by, User) else None
        row.full_clean()
        row.save()

    def waiting(self, record: Any) -> Iterator[Waiting]:
        if self.open_one(record) is not None:
            clock = open_clock(DATA_REQUEST, record)
            due = clock.alarm_on if clock else None
            yield Waiting("reply_about_data", unit=self.office(record), due=due)

    # -- on the desk, and on the page of who asks -----------------------------------------------------------

    def on_desk(self, record: Any, by: Principal) -> Mapping[str, Any]:
        return {"rows": permitted(by, "view", self.model).filter(**{self.parent: record})}

    def has_any(self, record: Any, by: Principal) -> bool:
        return permitted(by, "view", self.model).filter(**{self.parent: record}).exists()

    def for_writer(self, record: Any) -> list[Any]:
        """Each with `due`, the day until which the office must reply, while it has not."""
        found = list(self.of(record))
        clock = open_clock(DATA_REQUEST, record)
        for row in found:
            row.due = clock.due_on if clock and row.replied_on is None else None
        return found

    def in_copy(self, record: Any) -> list[dict[str, Any]]:
        return [{name: getattr(row, name) for name in IN_A_COPY} for row in self.of(record)]
