"""Collections and returns of a trial in bulk: invented answers, taken over at the step where they stand."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.charter.choices import UnitKind
from bureau.inserts import insert_rows
from bureau.workflow.services import draw_items, perform, take_over
from schools.choices import SchoolStatus
from schools.models import School
from schools.returns import bindings
from schools.returns.checking import computed_values, findings_of
from schools.returns.choices import DONE, CellSource, CollectionStatus, ReturnStatus, Severity
from schools.returns.definition import Definition
from schools.returns.demo_figures import Answer, Asked, answer
from schools.returns.demo_people import own_units
from schools.returns.models import CellChange, Collection, FormVersion, Return
from schools.returns.selectors.answering import asked
from schools.returns.services import figures, issuing, shipped

if TYPE_CHECKING:
    from bureau.demo import DemoRun

BY = System("demo")
WHY_AGAIN = "以本次填报为准，登记信息只作预填"
REASONS = (
    "已核实，与学籍系统一致。",
    "已核实，情况属实。",
    "招生变化所致，已核对班级名册。",
)
# Of a form without figures the head of the school answers for what was done.
REASONS_OF = {"safety_check": ("校长外出培训，由分管副校长带队。", "当日已整改，已复查。")}
# Where the history of such a return begins.
STEP_TO = {"checked": "check", "signed": "sign", "district": "send", "section": "send", "accepted": "accept"}
# Of a collection that is over every so many-th return was late.
LATE_IN = 22


@dataclass(frozen=True)
class Window:
    """A collection that is to be; opens, due, locks: days from today."""

    code: str
    title_zh: str
    title: str
    year: int
    part: int
    opens: int
    due: int
    locks: int


class Maker:
    def __init__(self, run: DemoRun, versions: Mapping[str, FormVersion]) -> None:
        self.today, self.versions = run.today, versions
        self.dice = random.Random(f"returns {run.size}")  # noqa: S311 - invented data, the same every time
        self.stages: dict[str, list[str]] = {one["code"]: one["stages"] for one in shipped.shipped()}
        self._asked: dict[tuple[int, frozenset[str]], Definition] = {}

    @property
    def school_year(self) -> int:
        begins = date(self.today.year, 9, 1)
        return self.today.year if self.today >= begins else self.today.year - 1

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def officer(self, code: str) -> User:
        """Who acts for the section in charge."""
        return User.objects.get(username=f"{self.versions[code].form.owner.key}.officer")

    def asked(self, version: FormVersion, school: School) -> Definition:
        stages = frozenset(row.stage for row in school.stages.all())
        if (version.pk, stages) not in self._asked:
            self._asked[version.pk, stages] = version.content.for_stages(stages)
        return self._asked[version.pk, stages]

    # --- collections -----------------------------------------------------------------------------

    def issued(self, window: Window) -> Collection:
        """Issued by the officer; `fill` makes the returns."""
        officer = self.officer(window.code)
        record = perform(self._collection(window), "prepare", by=officer)
        return perform(record, "issue", by=officer, data={"repeat_reason": WHY_AGAIN, "at_once": True})

    def taken_over(self, window: Window) -> Collection:
        """One whose window is over: it cannot be issued any more."""
        record = self._collection(window)
        record.issued_on = record.opens_on
        at = moment(record.opens_on)
        return take_over([record], status=CollectionStatus.ISSUED, by=BY, at=at, step="issue")[0]

    def _collection(self, window: Window) -> Collection:
        version = self.versions[window.code]
        return Collection(
            version_of_form=version,
            owner=version.form.owner,
            title_zh=window.title_zh,
            title=window.title,
            year=window.year,
            part=window.part,
            opens_on=self.day(window.opens),
            due_on=self.day(window.due),
            locks_on=self.day(window.locks),
            stages=self.stages[window.code],
        )

    # --- returns ---------------------------------------------------------------------------------

    def fill(self, collection: Collection, shares: Mapping[str, int]) -> None:
        """State → share of a hundred schools; the rest begin empty, as the job that issues makes them."""
        chosen = self._chosen(collection, shares)
        for state, schools in chosen.items():
            for status, some in _by_status(collection, schools, state).items():
                self._take_over(collection, some, status)
        officer = self.officer(collection.version_of_form.form.code)
        while issuing.create_some(collection, by=officer):
            pass
        self._begin(collection, {school.pk: school for school in chosen.get(ReturnStatus.DRAFT, ())})

    def _chosen(self, collection: Collection, shares: Mapping[str, int]) -> dict[str, list[School]]:
        """Spread over all districts and kinds; schools whose people act for themselves are left out."""
        own = own_units()
        schools = [school for school in schools_with(collection.stages) if school.unit_id not in own]
        self.dice.shuffle(schools)
        found, start = {}, 0
        for state, share in shares.items():
            end = start + round(len(schools) * share / 100)
            found[state], start = schools[start:end], end
        return found

    def _take_over(self, collection: Collection, schools: Sequence[School], status: str) -> None:
        if not schools:
            return
        returns = [self._answered(collection, school) for school in schools]
        explain(returns, self.dice)
        stored: list[Return] = []
        for day, some in self._by_day(collection, returns).items():
            for record in some:
                _date(record, status, day)
            stored += take_over(some, status=status, by=BY, at=moment(day), step=STEP_TO[status])
        note_cells(stored)
        draw_items(stored)
        if status in DONE:
            figures.write(stored)

    def _answered(self, collection: Collection, school: School) -> Return:
        given = self.answer(collection, school)
        record = Return(
            collection=collection,
            form_version=collection.version_of_form,
            owner_id=collection.owner_id,
            school=school,
            values=given.values,
            rows=given.rows,
            entry=1,
        )
        record.__dict__["_asked"] = self.asked(collection.version_of_form, school)
        return record

    def answer(self, collection: Collection, school: School) -> Answer:
        version = collection.version_of_form
        year, until = bindings.school_year(collection), min(self.today, collection.due_on)
        return answer(version.form.code, Asked(school, self.asked(version, school), year, until))

    def _by_day(self, collection: Collection, returns: Sequence[Return]) -> dict[date, list[Return]]:
        """On different days since the opening; a few after the due day where it is over."""
        first, last = collection.opens_on, min(self.today, collection.due_on)
        groups: dict[date, list[Return]] = {}
        for place, record in enumerate(returns):
            day = first + timedelta(days=self.dice.randint(2, (last - first).days))
            if last < self.today and place % LATE_IN == 0:
                day = last + timedelta(days=self.dice.randint(1, 8))
            groups.setdefault(day, []).append(record)
        return groups

    def _begin(self, collection: Collection, schools: Mapping[int, School]) -> None:
        """The first parts are filled in, the others are not."""
        drafts = list(collection.returns.filter(school__in=schools).order_by("pk"))
        for record in drafts:
            school = schools[record.school_id]
            definition = self.asked(collection.version_of_form, school)
            given = self.answer(collection, school)
            reached = definition.parts[: max(1, len(definition.parts) // 2)]
            keys = {
                key for key, cell in definition.cells.items() if cell.part.key in {p.key for p in reached}
            }
            typed = {key: text for key, text in given.values.items() if key in keys}
            record.values = {**record.values, **typed}
            worked_out = computed_values(definition, record.values, record.rows)
            record.values = {key: text for key, text in {**record.values, **worked_out}.items() if text != ""}
            record.started_at, record.entry = moment(self.today), record.entry + 1
        Return.objects.bulk_update(drafts, ["values", "started_at", "entry"], batch_size=100)


def schools_with(stages: Iterable[str]) -> list[School]:
    """Schools in operation with these stages, all where none is named; with everything that is read of them."""
    found = School.objects.filter(status=SchoolStatus.OPEN).order_by("code")
    if stages := list(stages):
        teaching = School.objects.filter(stages__stage__in=stages).order_by().values("pk")
        found = found.filter(pk__in=teaching)
    related = found.select_related("unit", "managed_by", "district")
    return list(related.prefetch_related("stages", *bindings.PREFETCH))


def _by_status(collection: Collection, schools: Sequence[School], state: str) -> dict[str, list[School]]:
    """What a school that the bureau manages itself sends goes to the section at once."""
    if state == ReturnStatus.DRAFT:
        return {}
    if state != ReturnStatus.DISTRICT:
        return {state: list(schools)}
    found: dict[str, list[School]] = {}
    for school in schools:
        has_district = school.managed_by.kind == UnitKind.DISTRICT
        found.setdefault(state if has_district else ReturnStatus.SECTION, []).append(school)
    return found


def _date(record: Return, status: str, day: date) -> None:
    record.started_at = moment(day)
    if status == ReturnStatus.CHECKED:
        return
    record.signed_at = moment(day)
    if status == ReturnStatus.SIGNED:
        return
    record.first_sent_on = record.sent_on = day
    record.round = 1
    if status in DONE:
        record.accepted_on = day
        record.accepted_cells = sorted(asked(record).cells)


def moment(day: date) -> datetime:
    return min(timezone.now(), timezone.make_aware(datetime.combine(day, time(10, 20))))


def explain(returns: Sequence[Return], dice: random.Random) -> None:
    """As the check leaves them: counted, each unusual figure with its reason."""
    for record, found in zip(returns, findings_of(returns), strict=True):
        unusual = [one for one in found if one.severity == Severity.UNUSUAL]
        record.errors, record.unusual = len(found) - len(unusual), len(unusual)
        texts = REASONS_OF.get(record.form_version.form.code, REASONS)
        record.reasons = {one.key: {"value": one.value, "text": dice.choice(texts)} for one in unusual}


def note_cells(returns: Sequence[Return]) -> None:
    """Where each figure came from."""
    rows = []
    for record in returns:
        for key, cell in asked(record).cells.items():
            if value := record.values.get(key, ""):
                kept = CellSource.REGISTER if cell.spec.bound else CellSource.TYPED
                source = CellSource.COMPUTED if cell.spec.computed else kept
                rows.append((record.pk, key, value, source.value))
    insert_rows(CellChange, ("owner_return_id", "cell", "new", "source"), rows, {"entry": 1})
