"""What is found in a return: cells, last period, register, other forms, relations; with reasons; for many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bureau.expressions import MISSING
from schools.models import PupilCount, SchoolFacts, SchoolStage
from schools.returns.checking import findings, findings_of, not_checked, rule_faults
from schools.returns.checking.finding import closed
from schools.returns.choices import Period, ReturnStatus, TermKey
from schools.returns.definition import (
    CellSpec,
    Check,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Table,
    Upload,
    Words,
)
from schools.returns.models import ReturnTerm
from schools.returns.selectors.answering import asked
from schools.returns.services.terms import load_terms, terms
from tests.factories.returns import (
    COMPUTED,
    FILLED,
    CollectionFactory,
    FormVersionFactory,
    ReturnFactory,
    small_definition,
)
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db

VALUES = {**FILLED, **COMPUTED}
BOYS, TOTAL = "pupils.g1.boys", "pupils.total.total"


def with_checks(*checks, definition=None):
    return replace(definition or small_definition(), checks=checks)


def rule(text, *, severity="error", zh="有问题", en="Something is wrong", **more):
    return Check("c1", text, severity, Words(zh, en), **more)


def collected(definition=None, **more):
    """An issued collection of a definition."""
    content = (definition or small_definition()).written()
    return CollectionFactory(version_of_form__definition=content, **more)


def record(definition=None, *, values=None, collection=None, **more):
    return ReturnFactory(
        collection=collection or collected(definition), values=VALUES if values is None else values, **more
    )


def before(now, *, values, status=ReturnStatus.ACCEPTED, years=1):
    """The return of the same school and form in an earlier period."""
    collection = CollectionFactory(
        version_of_form=now.form_version, year=now.collection.year - years, part=now.collection.part
    )
    return ReturnFactory(collection=collection, school=now.school, values=values, status=status)


def term(key, length, valid_from=date(2024, 1, 1)):
    ReturnTerm.objects.create(key=key, length=length, basis="x", valid_from=valid_from)


def told(return_):
    return {found.key: found for found in findings(return_)}


def test_a_whole_return_has_nothing_to_correct():
    assert findings(record()) == []


def test_an_empty_return_is_told_every_required_cell_by_name():
    found = told(record(values={}))
    assert set(found) == {f"required:{key}" for key in FILLED}
    one = found[f"required:{BOYS}"]
    assert (one.severity, one.cells, one.needs_reason) == ("error", (BOYS,), False)
    assert one.sentence == "“Grade 1 · Boys” is empty. Enter the figure; where there is none, write 0."


def test_bounds_and_texts_that_are_no_values():
    found = told(record(values={**VALUES, BOYS: "-3", "pupils.g2.boys": "many"}))
    assert found[f"limit:{BOYS}"].sentence == (
        "“Grade 1 · Boys” is −3, but at least 0 is possible. Correct it."
    )
    assert "holds “many”" in found["kind:pupils.g2.boys"].sentence


def test_repeated_rows_by_number_and_column():
    rooms = small_definition().parts[1].blocks[1]
    part = Part("rest", Words("其他"), (replace(rooms, least=3),))
    rows = {"rooms": [{"name": "Lab", "area": "60"}, {"area": "-1"}]}
    found = told(record(Definition((part,)), values={}, rows=rows))
    assert found["rows:rooms"].sentence == (
        "“Special rooms” needs at least 3 rows; there are 2. Add what is missing."
    )
    assert found["required:rooms.2.name"].cells == ("rooms.2.name",)
    assert "Special rooms, row 2 · Area" in found["limit:rooms.2.area"].sentence


def test_a_typed_total_that_disagrees_names_both_figures():
    rows = (Line("g1", Words("一", "One")), Line("g2", Words("二", "Two")))
    total = Line("all", Words("计", "Total"), is_total=True)
    table = Table(
        "t", Words("表"), (*rows, total), (Line("money", Words("元", "Yuan"), spec=CellSpec("money")),)
    )
    definition = Definition((Part("a", Words("甲"), (table,)),))
    values = {"t.g1.money": "100000", "t.g2.money": "50", "t.all.money": "100000"}
    found = findings(record(definition, values=values))
    assert [one.sentence for one in found] == [
        "“Total · Yuan” says 1,000.00, but its lines A·A1 to A·A2 add up to 1,000.50. "
        "Correct the total or the line that is wrong."
    ]
    assert found[0].cells[0] == "t.all.money"
    assert findings(record(definition, values={**values, "t.all.money": "100050"})) == []
    assert findings(record(definition, values={"t.all.money": "100000"})) == []


def test_a_required_file_is_asked_for():
    upload = Upload("plan", Words("应急预案", "Emergency plan"), required=True)
    found = findings(record(Definition((Part("a", Words("甲"), (upload,)),)), values={}))
    assert [(one.severity, one.cells) for one in found] == [("error", ("plan",))]
    assert found[0].sentence == "The form asks for 1 file: Emergency plan. There are 0. Add what is missing."


# --- against the last return --------------------------------------------------------------------


def test_a_figure_far_from_last_year_wants_a_reason_that_lapses_with_the_figure():
    now = record(values={**VALUES, BOYS: "40"})
    before(now, values={**VALUES, BOYS: "20"})
    key = f"change:{BOYS}"
    one = told(now)[key]
    assert (one.severity, one.needs_reason, one.reason) == ("unusual", True, "")
    assert one.sentence == (
        "“Grade 1 · Boys” is 40; in the last return it was 20. It grew by 100%, and more than 50% is unusual. "
        "Correct it, or say why it is right."
    )
    now.reasons = {key: {"value": one.value, "text": "A new estate."}}
    assert told(now)[key].reason == "A new estate."
    now.values = {**now.values, BOYS: "41"}
    assert told(now)[key].reason == ""
    now.values = {**now.values, BOYS: "30"}
    assert key not in told(now)


def test_the_period_before_counts_once_it_is_accepted():
    now = record(values={**VALUES, BOYS: "400"})
    before(now, values={**VALUES, BOYS: "20"}, status=ReturnStatus.SECTION)
    before(now, values={**VALUES, BOYS: "30"}, years=2)
    assert findings(now) == []


def test_of_a_monthly_form_it_is_the_month_before():
    monthly = collected(version_of_form__form__period=Period.MONTH, year=2025, part=1)
    now = record(collection=monthly, values={**VALUES, BOYS: "400"})
    december = CollectionFactory(version_of_form=now.form_version, year=2024, part=12)
    ReturnFactory(collection=december, school=now.school, values=VALUES, status=ReturnStatus.ACCEPTED)
    assert [one.key for one in findings(now)] == [f"change:{BOYS}"]


def test_without_a_word_of_the_form_the_table_of_the_office_holds_for_totals():
    values = {**VALUES, "pupils.g1.girls": "60", TOTAL: "123"}
    now = record(values=values)
    before(now, values=VALUES)
    assert findings(now) == []
    term(TermKey.CHANGE_PERCENT, 20)
    term(TermKey.CHANGE_LEAST, 10)
    assert [one.key for one in findings(now)] == [f"change:{TOTAL}"]
    term(TermKey.CHANGE_PERCENT, 60, valid_from=now.collection.opens_on)
    assert findings(now) == []


def test_from_zero_and_into_other_kinds():
    items = (
        Question("a", Words("甲"), CellSpec(change_percent=10)),
        Question("b", Words("乙"), CellSpec("money", change_percent=10)),
        Question("c", Words("丙"), CellSpec(change_percent=-1)),
    )
    definition = Definition((Part("p", Words("表"), (Questions("q", Words("问"), items),)),))
    now = record(definition, values={"q.a": "1", "q.b": "900", "q.c": "1000"})
    earlier = before(now, values={"q.a": "0", "q.b": "9", "q.c": "1"})
    found = findings(now)
    assert [one.key for one in found] == ["change:q.a", "change:q.b"]
    assert "in the last return it was 0." in found[0].sentence
    assert "is 9; in the last return it was 0.09. It grew by 9,900%" in found[1].sentence
    # A cell that was no money then is not compared with yuan.
    version = earlier.form_version
    changed = replace(items[1], spec=CellSpec("number"))
    version.pk, version.number = None, version.number + 1
    version.definition = replace(
        definition,
        parts=(Part("p", Words("表"), (Questions("q", Words("问"), (items[0], changed, items[2])),)),),
    ).written()
    version.save()
    type(earlier).objects.filter(pk=earlier.pk).update(form_version=version)
    assert [one.key for one in findings(now)] == ["change:q.a"]


# --- relations ----------------------------------------------------------------------------------


def test_a_check_names_the_cells_and_their_figures():
    definition = with_checks(rule(f"{BOYS} < pupils.g1.girls"))
    found = findings(record(definition))
    assert [one.sentence for one in found] == [
        "Something is wrong. A·A1 Grade 1 · Boys: 20; A·B1 Grade 1 · Girls: 18. Correct the figures."
    ]
    assert found[0].cells == (BOYS, "pupils.g1.girls")
    with translation.override("zh-hans"):
        assert findings(record(definition))[0].sentence.startswith("有问题。")


def test_braces_in_a_message_are_worked_out():
    words = {"zh": "平均{round(pupils.total.total / 7, 1)}人，支出{money.spent}元", "en": ""}
    one = findings(record(with_checks(rule(f"{TOTAL} = 0", severity="unusual", **words))))[0]
    assert one.sentence.startswith("平均11.6人，支出1,234.56元")
    assert one.needs_reason


def test_what_is_missing_keeps_a_check_from_being_made():
    definition = with_checks(rule("money.spent > last(money.spent)"))
    now = record(definition)
    assert findings(now) == []
    (unmade,) = not_checked(now)
    assert unmade.check.key == "c1"
    assert "Missing: the figure of the last return." in unmade.sentence
    before(now, values={**VALUES, "money.spent": "999999"})
    assert [one.key for one in findings(now)] == ["check:c1"]
    assert not_checked(now) == []


def test_last_years_cells_may_be_summed_up():
    definition = with_checks(rule("sum(pupils.*.girls) = sum(last(pupils.*.girls))"))
    now = record(definition)
    before(now, values={**VALUES, "pupils.g1.girls": "17", "pupils.total.girls": "5000"})
    assert [one.key for one in findings(now)] == ["check:c1"]
    before(now, values=VALUES)  # asked once more in the same period: the later one counts
    assert findings(now) == []


def test_the_register_is_read_for_the_school_year_of_the_collection():
    definition = with_checks(rule(f'{TOTAL} = register("facts.pupils")', severity="unusual"))
    now = record(definition)
    assert findings(now) == []  # the register knows nothing yet
    facts = SchoolFacts.objects.create(
        school=now.school, year=now.collection.year, as_of=date(2025, 9, 1), source="x"
    )
    PupilCount.objects.create(facts=facts, stage="primary", grade=1, boys=41, girls=40)
    assert findings(type(now).objects.get(pk=now.pk)) == []
    PupilCount.objects.create(facts=facts, stage="primary", grade=2, boys=1, girls=0)
    now = type(now).objects.get(pk=now.pk)
    one = findings(now)[0]
    now.reasons = {one.key: {"value": one.value, "text": "Counted later."}}
    assert findings(now)[0].reason == "Counted later."
    facts.pupil_counts.filter(grade=2).update(boys=2)  # the register moved: the reason was for another figure
    fresh = type(now).objects.get(pk=now.pk)
    fresh.reasons = now.reasons
    assert findings(fresh)[0].reason == ""


def test_an_accepted_figure_of_another_form():
    now = record(with_checks(rule('form("funds", "money.spent") = money.spent')))
    assert findings(now) == []
    other = CollectionFactory(
        version_of_form__form__code="funds",
        version_of_form__form__period=Period.YEAR,
        year=now.collection.year,
    )
    there = ReturnFactory(
        collection=other, school=now.school, values={"money.spent": "1"}, status=ReturnStatus.SECTION
    )
    assert findings(now) == []
    type(there).objects.filter(pk=there.pk).update(status=ReturnStatus.ACCEPTED, accepted_on=date(2026, 1, 1))
    assert [one.key for one in findings(now)] == ["check:c1"]


def test_plausibility_by_stage():
    definition = with_checks(
        rule(f"{TOTAL} > 100", stages=("senior",)),
        replace(rule(f'if(stage("primary"), {TOTAL} > 200, yes)'), key="c2"),
    )
    primary = record(definition)
    assert [one.key for one in findings(primary)] == ["check:c2"]
    SchoolStage.objects.filter(school=primary.school).update(stage="senior")
    assert [one.key for one in findings(type(primary).objects.get(pk=primary.pk))] == ["check:c1"]


def test_a_rule_names_cells_of_other_forms_that_exist():
    definition = small_definition()
    FormVersionFactory(form__code="funds")

    def sentences(text):
        return [fault.reason for fault in rule_faults(definition, text)]

    assert sentences('form("funds", "money.spent") = money.spent') == []
    assert sentences('form("moon", "money.spent") = 1') == ["There is no form with the code “moon”."]
    assert sentences('form("funds", "a.b") = 1') == ["The form “funds” has no cell “a.b”."]
    assert "but this is a text" in sentences('form("funds", "money.note") > 1')[0]


def test_the_percentage_comes_with_the_portal():
    load_terms()
    in_force = terms(date(2025, 9, 1))
    assert in_force[TermKey.CHANGE_PERCENT] > 0
    assert in_force[TermKey.CHANGE_LEAST] > 0


# --- many at once -------------------------------------------------------------------------------


def test_many_returns_cost_as_many_queries_as_one():
    definition = with_checks(
        rule(f'{TOTAL} <= last({TOTAL}) and {TOTAL} = register("facts.pupils")'),
        replace(rule('form("funds", "money.spent") = money.spent'), key="c2"),
    )
    collection = collected(definition)
    others = CollectionFactory(version_of_form__form__code="funds", year=collection.year)
    rows = []
    for place in range(6):
        now = record(collection=collection, school=SchoolFactory())
        before(now, values={**VALUES, TOTAL: str(80 + place)})
        ReturnFactory(
            collection=others,
            school=now.school,
            values={"money.spent": str(place)},
            status=ReturnStatus.ACCEPTED,
        )
        rows.append(now)

    def read(count):
        fresh = list(type(rows[0]).objects.filter(pk__in=[row.pk for row in rows[:count]]).order_by("pk"))
        with CaptureQueriesContext(connection) as queries:
            found = findings_of(fresh)
        return [[one.key for one in each] for each in found], len(queries)

    one, few = read(1)
    all_of_them, many = read(6)
    assert few == many
    assert all_of_them == [["check:c1", "check:c2"]] + [["check:c2"]] * 5
    assert one == all_of_them[:1]
    assert findings_of([]) == []


def test_what_is_asked_agrees_with_the_pages():
    now = record()
    findings(now)
    assert asked(now) == now.form_version.content.for_stages(frozenset({"primary"}))


def test_sentences_end_as_their_language_does():
    assert closed("Too many") == "Too many."
    assert closed("Too many!") == "Too many!"
    with translation.override("zh-hans"):
        assert closed("太多") == "太多。"
    assert not MISSING


def test_a_check_that_could_not_be_made_names_the_cells_that_are_missing():
    now = record(with_checks(rule(f"{TOTAL} > 0 and {BOYS} < 1000")), values={"money.spent": "1"})
    (unmade,) = not_checked(now)
    assert unmade.cells == (BOYS, TOTAL)
    assert "A·A1 Grade 1 · Boys" in unmade.sentence
