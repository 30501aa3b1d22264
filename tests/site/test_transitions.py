"""Every transition × every status of every kind of record, and every table as a whole."""

from functools import partial

import pytest
from django.db import transaction
from django.db.models import NOT_PROVIDED

from bureau.accounts.principals import System
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.refusals import NotPermitted, WrongState
from bureau.workflow.services import perform
from tests.factories import answers, consultations, news, policies, returns
from tests.factories.duplicates import SchoolDuplicateFactory, TeacherDuplicateFactory
from tests.factories.explanations import identity_stored
from tests.factories.finance import AllocationFactory, FundFactory, ReceiptFactory, SpendingFactory
from tests.factories.letter_figures import stored_report
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import TeacherFactory, TransferFactory

FACTORIES = {
    "finance.fund": FundFactory,
    "finance.allocation": AllocationFactory,
    "finance.receipt": ReceiptFactory,
    "finance.spendingentry": SpendingFactory,
    "schools.school": SchoolFactory,
    "schools.return": returns.stored_anyhow,
    "schools.schoolduplicate": partial(SchoolDuplicateFactory, decided=True),
    "personnel.teacherduplicate": partial(TeacherDuplicateFactory, decided=True),
    "personnel.teacher": TeacherFactory,
    "personnel.transfer": TransferFactory,
    "office.identityrequest": identity_stored,
    "office.publishedanswer": answers.stored,
    "office.article": news.stored_anyhow,
    "office.policydocument": policies.stored,
    "office.consultation": consultations.stored,
    "office.opinion": consultations.stored_opinion,
    "office.letterreport": stored_report,
}

TABLES = [pytest.param(workflow, id=workflow.kind) for workflow in WORKFLOWS]
STATUSES = [
    pytest.param(workflow, status, id=f"{workflow.kind}-{status}")
    for workflow in WORKFLOWS
    for status in workflow.statuses()
]


def stored(workflow, status):
    """A record in this status, past the engine: only a test puts one there."""
    factory = FACTORIES.get(workflow.kind)
    record = factory() if factory else build(workflow.model, **{workflow.status_field: status})
    workflow.model._base_manager.filter(pk=record.pk).update(**{workflow.status_field: status})
    return workflow.model._base_manager.get(pk=record.pk)


def build(model, **given):
    """The least that the table accepts: required fields filled by their type."""
    for field in model._meta.concrete_fields:
        if field.name not in given and is_needed(field):
            given[field.name] = value_for(field)
    return model._base_manager.bulk_create([model(**given)])[0]


def is_needed(field):
    """Long texts are filled as well: a status may ask for its own, such as the answer of an answered letter."""
    if field.get_internal_type() == "TextField":
        return True
    return not (field.null or field.primary_key or field.default is not NOT_PROVIDED or field.blank)


def value_for(field):
    if field.is_relation:
        factory = FACTORIES.get(field.related_model._meta.label_lower)
        return field.related_model._base_manager.first() or (
            factory() if factory else build(field.related_model)
        )
    if field.choices:
        return field.choices[0][0]
    kind = field.get_internal_type()
    by_kind = {"DateField": "2026-06-09", "DateTimeField": "2026-06-09T08:00:00+08:00", "BooleanField": False}
    if kind in by_kind:
        return by_kind[kind]
    return "1" if kind in ("CharField", "TextField", "SlugField") else 1


def told(record, step, by):
    """What stops the step; None where nothing does."""
    try:
        with transaction.atomic():
            perform(record, step.name, by=by)
    except Exception as refusal:  # also a fault: the test names the step that met it
        return refusal
    return None


def wrong(workflow, step, record, status):
    """What does not hold for the step in this status: (step, what was expected, what was met)"""
    able = System("matrix", frozenset({f"{workflow.kind}.{step.right}"}))
    expected = [(System("matrix"), NotPermitted)]
    if status not in step.sources:
        expected.insert(0, (able, WrongState))
    met = [(refusal, told(record, step, by)) for by, refusal in expected]
    found = [(step.name, refusal.__name__, one) for refusal, one in met if not isinstance(one, refusal)]
    now = workflow.status_of(workflow.model._base_manager.get(pk=record.pk))
    return found if now == status else [*found, (step.name, "status", now)]


@pytest.mark.parametrize(("workflow", "status"), STATUSES)
def test_a_step_is_refused_in_every_status_where_it_does_not_begin(db, workflow, status):
    """One record for all of them: a refused step leaves it as it was, which is seen after each."""
    record = stored(workflow, status)
    assert not [one for step in workflow.transitions for one in wrong(workflow, step, record, status)]


@pytest.mark.parametrize("workflow", TABLES)
def test_every_status_is_reached_from_a_creation(workflow):
    reached, ways = set(), [step for step in workflow.transitions if step.creates]
    while ways:
        new = {target for step in ways for target in step.possible_targets} - reached
        reached |= new
        ways = [step for step in workflow.transitions if set(step.sources) & new]
    assert set(workflow.statuses()) - reached == set()


@pytest.mark.parametrize("workflow", TABLES)
def test_a_target_that_is_worked_out_says_where_it_may_lead(workflow):
    assert [step.name for step in workflow.transitions if not step.possible_targets] == []
