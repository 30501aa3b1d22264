"""What lies beside many returns of one collection, read in bulk: a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db.models import Count, prefetch_related_objects

from bureau.expressions import MISSING
from bureau.files.choices import Scan
from bureau.files.models import Attachment
from schools.returns import bindings
from schools.returns.checking.plan import Plan, parsed, plan_of
from schools.returns.checking.relations import IN_WORDS
from schools.returns.checking.values import value_of
from schools.returns.checking.world import Beside, Result
from schools.returns.choices import DONE, Period, TermKey
from schools.returns.definition import CellSpec, Definition
from schools.returns.models import Collection, Return
from schools.returns.selectors.answering import period_before
from schools.returns.services.terms import terms


@dataclass(frozen=True)
class Needs:
    """What the rules of some definitions ask for beyond their own cells."""

    register: bool
    forms: frozenset[str]
    files: bool

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> Needs:
        calls = {call for plan in plans for call in _calls(plan)}
        forms = frozenset(str(arguments[0]) for name, arguments in calls if name == "form" and arguments)
        register = any(name == "register" for name, _arguments in calls)
        return cls(register, forms, any(plan.required_files for plan in plans))


def _calls(plan: Plan) -> Iterable[tuple[str, tuple[object, ...]]]:
    for check, rule in plan.checks:
        yield from rule.calls
        for words in (check.message.zh, check.message.en):
            for found in IN_WORDS.findall(words):
                inner = parsed(found)
                yield from inner.calls if inner else ()


def ready(returns: Sequence[Return]) -> list[Definition]:
    """Related rows in bulk, and for each return what its school is asked; read once per version and stages."""
    prefetch_related_objects(
        list(returns), "form_version__form", "collection__version_of_form__form", "school__stages"
    )
    known: dict[tuple[int, frozenset[str]], Definition] = {}
    found = []
    for return_ in returns:
        stages = frozenset(row.stage for row in return_.school.stages.all())
        key = (return_.form_version_id, stages)
        if key not in known:
            known[key] = return_.form_version.content.for_stages(stages)
        return_.__dict__["_asked"] = known[key]
        found.append(known[key])
    return found


def besides(returns: Sequence[Return], definitions: Sequence[Definition]) -> list[Beside]:
    """For each return, in its order. All of one collection."""
    if not returns:
        return []
    collection = returns[0].collection
    needs = Needs.of(list({id(one): plan_of(one) for one in definitions}.values()))
    if needs.register:
        prefetch_related_objects([one.school for one in returns], *bindings.PREFETCH)
    last, forms = _last(returns, collection), _forms(returns, collection, needs.forms)
    files = _files(returns) if needs.files else {}
    in_force = terms(collection.opens_on)
    return [
        Beside(
            last=before.values if (before := last.get(one.school_id)) else {},
            last_definition=before.form_version.content if before else None,
            stages=frozenset(row.stage for row in one.school.stages.all()),
            fact=_facts_of(one, collection),
            form=partial(_figure, forms, one.school_id),
            percent=in_force.get(TermKey.CHANGE_PERCENT),
            least=Decimal(in_force.get(TermKey.CHANGE_LEAST, 0)),
            files=files.get(one.pk, 0),
        )
        for one in returns
    ]


def _last(returns: Sequence[Return], collection: Collection) -> dict[int, Return]:
    """School → its accepted return of the period before, of the same form."""
    form = collection.version_of_form.form
    year, part = period_before(Period(form.period), collection.year, collection.part)
    found = Return.objects.filter(
        school_id__in=[one.school_id for one in returns],
        form_version__form=form,
        collection__year=year,
        collection__part=part,
        status__in=DONE,
    )
    return {one.school_id: one for one in _with_version(found.order_by("pk"))}


def _forms(
    returns: Sequence[Return], collection: Collection, codes: frozenset[str]
) -> dict[tuple[int, str], Return]:
    """School and code → the accepted return of another form in the same period, or the latest of the year."""
    if not codes:
        return {}
    period = collection.version_of_form.form.period
    rows = Return.objects.filter(
        school_id__in=[one.school_id for one in returns],
        form_version__form__code__in=codes,
        collection__year=collection.year,
        status__in=DONE,
    ).select_related("collection")
    found: dict[tuple[int, str], Return] = {}
    for row in _with_version(rows.order_by("collection__part", "pk")):
        form = row.form_version.form
        if form.period != period or row.collection.part == collection.part:
            found[row.school_id, form.code] = row
    return found


def _with_version(rows: Iterable[Return]) -> list[Return]:
    """One version is one object, so its content is read once for all returns on it."""
    found = list(rows)
    prefetch_related_objects(found, "form_version__form")
    return found


def _files(returns: Sequence[Return]) -> dict[int, int]:
    """Return → files that it carries: not withdrawn, no virus found in them."""
    found = Attachment.objects.in_force().exclude(scan=Scan.INFECTED)
    found = found.filter(record_kind=Return._meta.label_lower, record_id__in=[one.pk for one in returns])
    return dict(found.order_by().values_list("record_id").annotate(Count("pk")))


def _figure(forms: dict[tuple[int, str], Return], school: int, code: str, cell: str) -> Result:
    row = forms.get((school, code))
    place = row.form_version.content.cells.get(cell) if row else None
    return value_of(place.spec, row.values.get(cell, "")) if row and place else MISSING


def _facts_of(return_: Return, collection: Collection) -> Callable[[str], Result]:
    year = bindings.school_year(collection)

    def fact(name: str) -> Result:
        known = bindings.FACTS.get(name)
        if known is None:
            return MISSING
        spec = CellSpec(kind=known.kind)  # type: ignore[arg-type]
        return value_of(spec, known.read(return_.school, year))

    return fact
