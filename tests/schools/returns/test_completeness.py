"""Who has reported: figures, the lists behind them, rights, files, sums."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bureau.access.remits import apply_remits
from bureau.access.standing import rights_scope
from schools.models import District, School
from schools.returns.definition import Definition
from schools.returns.models import Collection, FigureTotal, Return
from schools.returns.selectors.completeness import FIGURES, Scope, completeness, listed
from schools.returns.selectors.contacts import reporters
from schools.returns.selectors.totals import PeriodOf, city_totals, summed_cells
from tests.cast import Cast, in_english
from tests.factories.returns import CollectionFactory, ReturnFactory
from tests.factories.schools import SchoolContactFactory, SchoolFactory, SchoolLeaderFactory

TODAY = date(2026, 6, 20)
DUE = date(2026, 6, 15)
BEFORE, AFTER = DUE - timedelta(days=2), DUE + timedelta(days=2)
PAGE, LIST = reverse("desk:schools:return_completeness"), reverse("desk:schools:return_reporters")


def collected(**given: object) -> Collection:
    days = {"opens_on": date(2026, 6, 1), "due_on": DUE, "locks_on": date(2026, 6, 30)}
    made: Collection = CollectionFactory(**{**days, **given})
    return made


def answer(
    collection: Collection, school: School, status: str, sent: date | None = None, **given: object
) -> Return:
    accepted = sent if status in ("accepted", "locked") else None
    made: Return = ReturnFactory(
        collection=collection,
        school=school,
        status=status,
        first_sent_on=sent,
        sent_on=sent,
        accepted_on=accepted,
        **given,
    )
    return made


@pytest.fixture
def season(cast: Cast) -> Collection:
    """Yuci: sent on time, sent late, begun, silent, excused, and a nine-year school. Pingyao: returned."""
    made = collected()
    schools = SchoolFactory.create_batch(4)
    nine = SchoolFactory(nine_year=True)
    apply_remits(objects=[*schools, nine])
    answer(made, cast.school, "accepted", BEFORE)
    answer(made, schools[0], "section", AFTER)
    answer(made, schools[1], "draft", started_at=timezone.now())
    answer(made, schools[2], "draft")
    answer(made, schools[3], "excused")
    answer(made, nine, "district", BEFORE)
    answer(made, cast.other_school, "returned", BEFORE)
    return made


def counted(line: object) -> dict[str, int]:
    return {key: number for key, number in line.counts.items() if number}  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_every_return_is_counted_where_it_stands(cast: Cast, season: Collection) -> None:
    found = completeness(cast.basic_officer, Scope(), TODAY)
    assert counted(found.total) == {
        "expected": 6,
        "started": 1,
        "submitted": 4,
        "on_time": 3,
        "late": 1,
        "unsent": 2,
        "missing": 2,
        "reviewing": 2,
        "returned": 1,
        "accepted": 1,
        "excused": 1,
    }
    assert found.total.percent_sent == 66
    assert completeness(cast.basic_officer, Scope(), DUE).total.counts["missing"] == 0


@pytest.mark.django_db
def test_a_nine_year_school_stands_under_both_stages_and_once_in_the_total(
    cast: Cast, season: Collection
) -> None:
    found = completeness(cast.basic_officer, Scope(), TODAY)
    assert {line.key: line.counts["expected"] for line in found.stages} == {"primary": 6, "junior": 1}
    assert found.total.counts["expected"] == 6
    narrowed = completeness(cast.basic_officer, Scope(stage="junior"), TODAY)
    assert narrowed.total.counts["expected"] == 1


@pytest.mark.django_db
def test_the_lines_add_up_and_each_figure_is_its_list(cast: Cast, season: Collection) -> None:
    collected(title="Another form's", due_on=date(2026, 6, 25))
    found = completeness(cast.basic_officer, Scope(), TODAY)
    for key in FIGURES:
        whole = found.total.counts[key]
        for lines in (found.districts, found.forms, found.collections):
            assert sum(line.counts[key] for line in lines) == whole
        assert listed(cast.basic_officer, Scope(), key, TODAY).count() == whole
        for line in found.districts:
            scope = Scope(district=int(line.key))
            assert listed(cast.basic_officer, scope, key, TODAY).count() == line.counts[key]


@pytest.mark.django_db
def test_a_past_or_unissued_collection_is_not_waited_for(cast: Cast, season: Collection) -> None:
    for given in ({"is_past": True}, {"status": "draft"}, {"status": "cancelled"}, {"status": "locked"}):
        answer(collected(**given), cast.school, "draft")
    assert completeness(cast.basic_officer, Scope(), TODAY).total.counts["expected"] == 6
    locked = Collection.objects.get(status="locked")
    assert completeness(cast.basic_officer, Scope(collection=locked), TODAY).total.counts["expected"] == 1
    assert completeness(cast.basic_officer, Scope(year=2025), TODAY).total.counts["expected"] == 7


@pytest.mark.django_db
def test_a_district_counts_the_schools_that_it_manages(cast: Cast, season: Collection) -> None:
    yuci = completeness(cast.district_leader, Scope(), TODAY)
    assert yuci.total.counts["expected"] == 5
    assert [line.name for line in yuci.districts] == ["Yuci District"]
    assert completeness(cast.other_district, Scope(), TODAY).total.counts["expected"] == 1
    assert completeness(cast.principal, Scope(), TODAY).total.counts["expected"] == 1
    assert completeness(cast.system_admin, Scope(), TODAY).total.counts["expected"] == 0


@pytest.mark.django_db
def test_the_queries_do_not_grow_with_the_returns(cast: Cast, season: Collection, client: Client) -> None:
    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    client.force_login(cast.basic_officer)
    few = [queries(PAGE), queries(LIST)]
    with rights_scope():
        more = [SchoolFactory() for _number in range(12)]
        for school in more:
            SchoolLeaderFactory(school=school)
            answer(season, school, "draft")
    for _number in range(3):
        answer(collected(), cast.school, "draft")
    assert [queries(PAGE), queries(LIST)] == few


@pytest.mark.django_db
def test_the_page_says_who_has_not_reported_and_leads_to_them(
    cast: Cast, season: Collection, client: Client
) -> None:
    client.force_login(in_english(cast.basic_officer))
    page = client.get(PAGE, {"collection": season.pk}).content.decode()
    assert "2 of 6 schools have not reported." in page
    assert "figure=unsent&amp;" in page or "figure=unsent" in page
    listed_page = client.get(LIST, {"figure": "late", "collection": season.pk}).content.decode()
    late = Return.objects.get(collection=season, status="section")
    assert late.school.name in listed_page
    assert cast.other_school.name not in listed_page
    assert client.get(PAGE, {"collection": "77777"}).status_code == 400
    assert client.get(LIST, {"figure": "nothing"}).status_code == 400


@pytest.mark.django_db
def test_the_telephone_list_names_the_head_in_office_and_the_office(cast: Cast, season: Collection) -> None:
    SchoolLeaderFactory(school=cast.school, name="王前任", since=date(2010, 1, 1), until=date(2020, 1, 1))
    SchoolLeaderFactory(school=cast.school, name="李敏")
    SchoolContactFactory(school=cast.school, kind="safety", phone="0354-1")
    SchoolContactFactory(school=cast.school, kind="office", phone="0354-2")
    rows = Return.objects.filter(school=cast.school).select_related("collection")
    (one,) = reporters(cast.basic_officer, rows, TODAY)
    assert (one.head, one.phone) == ("李敏", "0354-2")
    assert reporters(cast.system_admin, rows, TODAY)[0].phone == ""


@pytest.mark.django_db
def test_files_leave_with_the_right_alone(cast: Cast, season: Collection, client: Client) -> None:
    names = ("return_completeness_file", "return_reporters_file")
    client.force_login(cast.basic_officer)
    for name in names:
        for kind in ("csv", "xlsx"):
            answered = client.get(reverse(f"desk:schools:{name}"), {"kind": kind, "figure": "unsent"})
            assert answered.status_code == 200
            assert b"".join(answered.streaming_content)  # type: ignore[attr-defined]
    client.force_login(cast.district_reviewer)
    assert {client.get(reverse(f"desk:schools:{name}")).status_code for name in names} == {403}


@pytest.mark.django_db
def test_papers_are_pages_without_menu(cast: Cast, season: Collection, client: Client) -> None:
    client.force_login(cast.basic_officer)
    for name in ("return_completeness_print", "return_reporters_print"):
        page = client.get(reverse(f"desk:schools:{name}")).content.decode()
        assert 'class="side"' not in page and "<table" in page


# --- sums -----------------------------------------------------------------------------------------------


def total(collection: Collection, cell: str, district: District, amount: int, schools: int) -> None:
    FigureTotal.objects.create(
        form=collection.version_of_form.form,
        district=district,
        year=collection.year,
        part=collection.part,
        cell=cell,
        amount=amount,
        schools=schools,
    )


@pytest.mark.django_db
def test_sums_say_how_many_schools_stand_behind_them(cast: Cast, season: Collection) -> None:
    yuci, pingyao = cast.school.district, cast.other_school.district
    total(season, "pupils.total.boys", yuci, 42_000, 1)
    total(season, "money.spent", yuci, 123_456_000, 1)
    total(season, "money.spent", pingyao, 100_000, 1)
    content: Definition = season.version_of_form.content
    period = PeriodOf(season.version_of_form.form_id, season.year, season.part)
    found = city_totals(cast.basic_officer, period, summed_cells(content))
    rows = {row.cell.key: row for row in found.rows}
    boys, money = rows["pupils.total.boys"].city, rows["money.spent"].city
    assert (boys.amount, boys.schools, boys.expected, boys.lacking) == (42, 1, 6, 5)
    assert str(money.amount) == "1235.56"
    assert rows["pupils.total.girls"].city.amount is None
    assert "money.note" not in rows

    own = city_totals(cast.other_district, period, summed_cells(content, keys=["money.spent"]))
    assert [one.pk for one in own.districts] == [pingyao.pk]
    assert (str(own.rows[0].city.amount), own.rows[0].city.expected) == ("1", 1)


@pytest.mark.django_db
def test_a_cell_of_one_stage_waits_for_the_schools_of_that_stage(cast: Cast, season: Collection) -> None:
    version = season.version_of_form
    version.definition["parts"][0]["stages"] = ["junior"]
    version.save()
    period = PeriodOf(version.form_id, season.year, season.part)
    found = city_totals(cast.basic_officer, period, summed_cells(version.content))
    rows = {row.cell.key: row.city.expected for row in found.rows}
    assert (rows["pupils.g1.boys"], rows["money.spent"]) == (1, 6)


@pytest.mark.django_db
def test_one_cell_and_all_of_them_cost_the_same_queries(
    cast: Cast, season: Collection, client: Client
) -> None:
    client.force_login(in_english(cast.basic_officer))
    address, form = reverse("desk:schools:return_totals"), season.version_of_form.form_id

    def queries(**params: object) -> int:
        with CaptureQueriesContext(connection) as caught:
            page = client.get(address, {"form": form, **params})
        assert page.status_code == 200
        return len(caught)

    queries()
    assert queries(cell="money.spent") == queries(block="people")
    total(season, "money.spent", cast.school.district, 123_456_000, 1)
    page = client.get(address, {"form": form, "block": "rest"}).content.decode()
    assert "1,234.56" in page and "1 of 6 schools" in page
    answered = client.get(reverse("desk:schools:return_totals_file"), {"form": form, "kind": "csv"})
    assert b"Schools asked" in b"".join(answered.streaming_content)  # type: ignore[attr-defined]
