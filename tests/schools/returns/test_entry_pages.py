"""The pages on which a school fills in its return, as a browser without scripts uses them."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from schools.returns import grid
from schools.returns.definition import CellSpec, Definition, Line, Part, Question, Rows, Table, Words
from schools.returns.models import Remark
from schools.returns.selectors.answering import period_before
from schools.returns.services.entry import save_cells
from tests.cast import in_english
from tests.factories import returns

BOYS, GIRLS = "pupils.g1.boys", "pupils.g1.girls"

pytestmark = pytest.mark.django_db


def part(record, key="people", name="return_part", **query):
    address = reverse(f"school:schools:{name}", args=[record.pk, key])
    return f"{address}?{'&'.join(f'{one}={value}' for one, value in query.items())}" if query else address


def text(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def value(response, name):
    """What stands in a box of the page."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*?value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found[1])


@pytest.fixture
def clerk(client, cast):
    client.force_login(in_english(cast.school_clerk))
    return client


def test_the_boxes_carry_the_address_that_stands_on_paper(clerk, draft):
    page = clerk.get(part(draft))
    assert value(page, "A-A1") == ""
    assert 'aria-label="Grade 1 · Boys"' in page.content.decode()
    assert 'name="A-C1"' not in page.content.decode()  # worked out: text, no box


def test_a_form_is_saved_and_the_next_part_follows(clerk, draft):
    answer = clerk.post(part(draft, do="next"), {"version": "0", "A-A1": "20", "A-B1": "18"})
    assert answer.url == part(draft, "rest")
    page = clerk.get(part(draft))
    assert (value(page, "A-A1"), value(page, "A-B1")) == ("20", "18")
    assert ">38<" in page.content.decode()


def test_everything_wrong_is_named_at_once_and_comes_back_as_typed(clerk, draft):
    answer = clerk.post(part(draft), {"version": "0", "A-A1": "twenty", "A-B1": "-3", "A-A2": "22"})
    assert answer.status_code == 422
    assert value(answer, "A-A1") == "twenty"
    assert "A1:" in text(answer)
    assert "There is a problem" in text(answer)
    draft.refresh_from_db()
    assert draft.values["pupils.g2.boys"] == "22"


def test_checking_names_the_cells_that_are_still_empty(clerk, draft):
    assert "There is a problem" not in text(clerk.get(part(draft)))
    answer = clerk.post(part(draft, do="check"), {"version": "0", "A-A1": "20"}, follow=True)
    summary = text(answer)
    assert "There is a problem" in summary
    assert "B1:" in summary
    assert "A1:" not in summary


def test_an_empty_table_is_one_line_of_the_summary(clerk, draft):
    rows = tuple(Line(f"r{n}", Words(f"行{n}")) for n in range(1, 6))
    columns = tuple(Line(f"c{n}", Words(f"列{n}"), spec=CellSpec(required=True)) for n in range(1, 3))
    large = Definition((Part("people", Words("大表"), (Table("t", Words("大表"), rows, columns),)),))
    type(draft.form_version).objects.filter(pk=draft.form_version_id).update(definition=large.written())
    page = clerk.get(part(draft, checked=1)).content.decode()
    summary = page[page.index('class="errsum"') : page.index('id="entry"')]
    assert summary.count('<li><a href="#m-') == 1
    assert "A1 to B5" in summary
    assert "A3, B3: Fill in these cells" in unescape(page)


def test_an_unusual_figure_asks_for_its_reason_in_its_row(clerk, cast):
    record = returns.filled(
        cast, values={**returns.FILLED, GIRLS: "180", "pupils.total.girls": "201", "pupils.total.boys": "42"}
    )
    page = clerk.get(part(record, checked=1))
    name = grid.reason_name("check:many_girls")
    assert value(page, name) == ""
    clerk.post(part(record, checked=1), {"version": "1", name: "Two classes moved here"})
    assert value(clerk.get(part(record, checked=1)), name) == "Two classes moved here"


def test_a_colleagues_figure_is_shown_beside_mine(clerk, cast, draft):
    save_cells(record=draft, by=cast.principal, typed={BOYS: "31"}, page_entry=0)
    answer = clerk.post(part(draft), {"version": "0", "A-A1": "20", "A-B1": "18"})
    assert answer.status_code == 409
    assert value(answer, "A-A1") == "20"
    assert "31" in text(answer)
    assert cast.principal.audit_name in text(answer)
    assert value(answer, "version") == "2"
    assert clerk.post(part(draft), {"version": "2", "A-A1": "20"}).status_code == 302


def test_rows_are_added_and_removed_without_a_script(clerk, draft):
    clerk.post(
        part(draft, "rest"),
        {"version": "0", "rows-rooms": "", "R2-1-1": "Music", "R2-1-2": "80", "R2-2-1": "Library"},
    )
    draft.refresh_from_db()
    assert [row["name"] for row in draft.rows["rooms"]] == ["Music", "Library"]
    page = clerk.get(part(draft, "rest", more=5))
    assert value(page, "R2-7-1") == ""
    kept = {"version": "1", "rows-rooms": "", "R2-1-1": "Music", "R2-1-2": "80", "R2-2-1": "Library"}
    clerk.post(part(draft, "rest", do="drop", row="rooms.1"), kept)
    draft.refresh_from_db()
    assert draft.rows["rooms"] == [{"name": "Library"}]


def test_what_is_wrong_in_a_repeated_row_stands_in_that_row(clerk, draft):
    clerk.post(part(draft, "rest"), {"version": "0", "rows-rooms": "", "R2-1-1": "Music", "R2-2-2": "-5"})
    page = clerk.get(part(draft, "rest", checked=1))
    said = text(page)
    assert "A2:" in said  # the name of the second room is missing
    assert "B2:" in said
    assert "A1: “Spent”" in said
    tasks = text(clerk.get(reverse("school:schools:return_detail", args=[draft.pk])))
    assert "1 error" in tasks


def test_a_remark_is_answered_and_a_cell_is_commented_in_the_same_form(clerk, cast):
    record = returns.returned(cast)
    remark = Remark.objects.get(cell=BOYS)
    assert "请核对" in text(clerk.get(part(record)))
    form = {
        "version": "1",
        "A-A1": "21",
        f"answer-{remark.pk}": "Counted again.",
        "remark-at": "b2",
        "remark": "One moved away.",
    }
    assert clerk.post(part(record), form).status_code == 302
    remark.refresh_from_db()
    assert remark.answer == "Counted again."
    assert record.remarks.get(cell="pupils.g2.girls").text == "One moved away."
    assert "before: 20" in text(clerk.get(part(record)))
    wrong = clerk.post(part(record), {"version": "2", "remark-at": "Z9", "remark": "Lost?"})
    assert wrong.status_code == 422
    assert value(wrong, "remark") == "Lost?"


def test_a_closed_return_is_text_and_says_why(clerk, cast):
    record = returns.sent(cast)
    page = clerk.get(part(record))
    assert 'id="c-A-A1"' in page.content.decode()
    assert 'name="A-A1"' not in page.content.decode()
    assert "It is with" in text(page)
    answer = clerk.post(part(record), {"version": "1", "A-A1": "99"})
    assert answer.status_code == 409
    assert value(answer, "A-A1") == "99"  # still there to be copied
    record.refresh_from_db()
    assert record.values[BOYS] == "20"


@pytest.mark.parametrize("who", ["other_principal", "outsider"])
def test_another_schools_return_is_not_there(client, cast, draft, who):
    client.force_login(getattr(cast, who))
    for name in ("return_part", "return_draft"):
        assert client.post(part(draft, name=name), {"version": "0", "A-A1": "1"}).status_code in (403, 404)
    draft.refresh_from_db()
    assert draft.values == {}


def test_a_part_that_the_form_does_not_have_is_not_there(clerk, draft):
    assert clerk.get(part(draft, "nothing")).status_code == 404


def test_the_quiet_saving_answers_with_sums_faults_and_the_colleagues_figures(clerk, cast, draft):
    save_cells(record=draft, by=cast.principal, typed={"pupils.g2.boys": "22", BOYS: "31"}, page_entry=0)
    form = {"version": "0", "A-B1": "18", "A-A1": "20", "A-B2": "many"}
    answer = json.loads(clerk.post(part(draft, name="return_draft"), form).content)
    assert answer["theirs"] == {"A-A2": "22"}
    assert list(answer["faults"]) == ["A-B2"]
    assert answer["conflicts"]["A-A1"]["theirs"] == "31"
    assert answer["texts"]["A-C1"] == "49"
    assert re.search(r"saved at \d\d:\d\d", answer["said"])


def test_the_quiet_saving_stops_in_words_when_the_return_is_closed(clerk, cast):
    record = returns.sent(cast)
    answer = clerk.post(part(record, name="return_draft"), {"version": "1", "A-A1": "99"})
    assert answer.status_code == 409
    assert "It is with" in json.loads(answer.content)["refused"]


def test_the_return_lists_its_parts_and_what_is_wrong(clerk, cast, draft):
    detail = reverse("school:schools:return_detail", args=[draft.pk])
    assert text(clerk.get(detail)).count("Not started") == 2
    save_cells(record=draft, by=cast.school_clerk, typed=dict.fromkeys((BOYS, GIRLS), "5"), page_entry=0)
    save_cells(record=draft, by=cast.school_clerk, typed={"money.spent": "12"}, page_entry=1)
    page = text(clerk.get(detail))
    assert "In progress" in page
    assert "Complete" in page
    assert "2 cells that must be filled are still empty" in page


def test_the_declaration_sets_the_totals_against_the_last_return(clerk, cast):
    last = returns.accepted(cast)
    type(last.collection).objects.filter(pk=last.collection_id).update(year=2024)
    later = returns.CollectionFactory(version_of_form=last.form_version, year=2025)
    record = returns.checked(
        cast,
        collection=later,
        values={
            **returns.FILLED,
            **returns.COMPUTED,
            GIRLS: "20",
            "pupils.g1.total": "40",
            "pupils.total.girls": "41",
            "pupils.total.total": "83",
        },
    )
    page = text(clerk.get(reverse("school:schools:return_detail", args=[record.pk])))
    assert "83 81 +2.5 %" in page
    assert cast.principal.name in page


def test_a_check_that_finds_something_leads_to_the_findings(clerk, draft):
    address = reverse("school:schools:return_do", args=[draft.pk, "check"])
    page = text(clerk.post(address, {}, follow=True))
    assert "Not yet" in page
    assert "5 cells that must be filled are still empty" in page


def test_the_head_of_the_school_sees_what_is_signed(client, cast):
    record = returns.checked(cast)
    client.force_login(in_english(cast.principal))
    page = text(client.get(reverse("school:schools:return_do", args=[record.pk, "sign"])))
    assert "What you sign" in page
    assert "complete and true" in page
    assert "81" in page


def test_the_list_names_the_section_and_puts_what_came_back_first(clerk, cast, draft):
    back = returns.returned(cast)
    page = text(clerk.get(reverse("school:schools:return_list")))
    assert "days left" in page
    assert page.index(back.collection.title) < page.index(draft.collection.title)


def test_the_paper_shows_the_form_and_who_signed(clerk, cast):
    record = returns.signed(cast)
    page = clerk.get(reverse("school:schools:return_print", args=[record.pk]))
    assert f"Signed by: {cast.principal}" in text(page)
    assert "1,234.56" in text(page)
    assert "<form" not in page.content.decode()


def test_a_grid_of_sixty_cells_costs_as_many_queries_as_one_of_six(
    clerk, cast, draft, django_assert_max_num_queries
):
    rows = tuple(Line(f"r{n}", Words(f"行{n}")) for n in range(20))
    columns = tuple(Line(f"c{n}", Words(f"列{n}")) for n in range(3))
    large = Definition((Part("people", Words("大表"), (Table("t", Words("大表"), rows, columns),)),))
    clerk.get(part(draft))
    with CaptureQueriesContext(connection) as small:
        clerk.get(part(draft))
    version = draft.form_version
    version.definition = large.written()
    version.save()
    with django_assert_max_num_queries(len(small)):
        assert clerk.get(part(draft)).status_code == 200


# --- pure -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "now", "before"),
    [("year", (2025, 0), (2024, 0)), ("month", (2025, 1), (2024, 12)), ("term", (2025, 2), (2025, 1))],
)
def test_the_period_before(period, now, before):
    assert period_before(period, *now) == before


def test_a_change_is_written_with_a_sign_and_none_from_zero():
    assert grid.signed(grid.percent_change("94", "100")) == "−6.0"
    assert grid.signed(grid.percent_change("110", "100")) == "+10.0"
    assert grid.percent_change("5", "0") is None
    assert grid.percent_change("", "5") is None


def test_no_name_of_a_box_looks_like_a_secret():
    """Fields that look like one are not carried through sign-in."""
    from bureau.accounts.carry import _SECRET

    rows = Rows("passcode", Words("密码"), ())
    cells = Table(
        "pwd", Words("表"), (Line("otp", Words("行")),), (Line("secret", Words("列"), spec=CellSpec()),)
    )
    whole = Definition((Part("p", Words("表"), (cells, rows)),))
    names = [grid.name_of(cell) for cell in whole.cells.values()]
    names += [grid.reason_name("check.password"), grid.row_name(1, 2, 3), "version"]
    assert not [name for name in names if _SECRET.search(name)]


def test_the_scripts_of_the_portal_weigh_at_most_8_kilobytes():
    own = b"".join(path.read_bytes() for path in sorted((settings.ROOT / "static").rglob("*.js")))
    assert len(gzip.compress(own, 9)) <= 8 * 1024


def many_rows(cast, count, columns=9):
    """A return with one block of repeated rows, filled with so many."""
    names = [Question(f"c{n}", Words(f"列{n}", f"Column {n}"), CellSpec("text")) for n in range(columns)]
    block = Rows("list", Words("名单", "List"), tuple(names), most=1000)
    content = Definition((Part("people", Words("名单", "List"), (block,)),)).written()
    record = returns.issued(cast, collection=returns.CollectionFactory(version_of_form__definition=content))
    save_cells(record=record, by=cast.school_clerk, typed={}, page_entry=0, rows={"list": numbered(count)})
    record.refresh_from_db()
    return record


def numbered(count):
    return [{"c0": f"row {number}"} for number in range(1, count + 1)]


def boxes_of(response):
    """What the form of the page would send: every box with its value."""
    found = re.findall(r'<input[^>]*? name="([^"]+)"[^>]*?value="([^"]*)"', response.content.decode())
    return {name: unescape(value) for name, value in found if not name.startswith("csrf")}


def test_more_rows_than_one_form_may_send_are_filled_in_page_by_page(clerk, cast, settings):
    record = many_rows(cast, 250)
    page = clerk.get(part(record, page=2))
    sent = boxes_of(page)
    assert len(sent) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    assert "Rows 101 to 200 of 250" in text(page)
    assert clerk.post(part(record, do="page", to=3), {**sent, "R1-101-1": "new"}).url == part(record, page=3)
    record.refresh_from_db()
    wanted = [row["c0"] for row in numbered(250)]
    wanted[100] = "new"
    assert [row["c0"] for row in record.rows["list"]] == wanted
    # An answer that was lost is sent again: nothing doubles.
    again = reverse("school:schools:return_draft", args=[record.pk, "people"])
    assert clerk.post(again, {**sent, "R1-101-1": "new"}).status_code == 200
    clerk.post(part(record, do="drop", row="list.102"), boxes_of(clerk.get(part(record, page=2))))
    record.refresh_from_db()
    del wanted[101]
    assert [row["c0"] for row in record.rows["list"]] == wanted


def test_rows_of_a_page_never_overwrite_what_a_colleague_did_on_another(clerk, cast):
    record = many_rows(cast, 150)
    sent = boxes_of(clerk.get(part(record, page=1)))
    theirs = [*numbered(150), {"c0": "theirs"}]
    save_cells(record=record, by=cast.principal, typed={}, page_entry=1, rows={"list": theirs})
    answer = clerk.post(part(record), {**sent, "R1-1-1": "mine"})
    assert answer.status_code == 409
    assert value(answer, "R1-1-1") == "mine"
    record.refresh_from_db()
    assert record.rows["list"] == theirs


def test_a_comment_of_ones_own_is_settled_in_the_form_and_from_the_page_of_the_return(clerk, cast, draft):
    for _twice in range(2):
        clerk.post(part(draft), {"version": "0", "remark-at": "A1", "remark": "请校长核对"})
    first, second = draft.remarks.order_by("pk")
    page = clerk.get(part(draft)).content.decode()
    assert f"?do=close&amp;remark={first.pk}" in page
    assert f'name="answer-{first.pk}"' not in page  # nobody answers oneself
    clerk.post(part(draft, do="close", remark=first.pk), {"version": "0", "A-A1": "7"})
    clerk.post(reverse("school:schools:return_settle", args=[draft.pk]), {"remark": second.pk})
    assert draft.remarks.filter(closed_at=None).count() == 0
    draft.refresh_from_db()
    assert draft.values[BOYS] == "7"


def test_a_school_does_not_settle_what_the_section_said(clerk, cast):
    record = returns.returned(cast)
    remark = record.remarks.first()
    address = reverse("school:schools:return_settle", args=[record.pk])
    assert clerk.post(address, {"remark": remark.pk}).status_code == 403
    remark.refresh_from_db()
    assert remark.closed_at is None
