import csv
import io

import pytest

from bureau.audit.models import Event
from bureau.pages.csv import safe
from tests.bureau.pages.conftest import client_of

LIST = "/desk/pages_app/clubs/"


def rows(response):
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_holds_the_rows_columns_and_masks_of_the_list(clubs, desk):
    clubs.club("C1", kind="chess", seats=-5, phone="13912345678", founded_on="2020-03-01")
    clubs.club("C2", kind="sport")
    clubs.club("X1", kind="chess", owner=clubs.section)
    found = rows(desk.get(f"{LIST}export/?kind=chess"))
    assert found[0] == ["Number", "Name", "Kind", "Owner", "Founded", "Seats", "Phone"]
    assert found[1:] == [["C1", "Club C1", "Chess", "Office", "2020-03-01", "-5", "***78"]]


def test_order_search_and_tab_apply_to_the_file_too(clubs, desk):
    for number in ("C1", "C2", "C3"):
        clubs.club(number, kind="chess")
    clubs.club("C4", kind="sport")
    found = rows(desk.get(f"{LIST}export/?tab=chess&q=club&sort=-number"))
    assert [row[0] for row in found[1:]] == ["C3", "C2", "C1"]


def test_every_page_of_the_list_is_in_the_file(clubs, desk):
    clubs.many(1203)
    assert len(rows(desk.get(f"{LIST}export/?page=3"))) == 1204


def test_an_export_is_audited_with_its_count_and_without_values(clubs, desk):
    clubs.many(3)
    desk.get(f"{LIST}export/?q=club")
    event = Event.objects.get(action="pages_app.club.exported")
    assert event.detail == {"count": 3, "filters": ["q"]}
    assert event.actor_id == clubs.officer.pk


def test_who_may_look_but_not_export_gets_neither_link_nor_file(clubs):
    clubs.club()
    client = client_of(clubs.clerk)
    assert "export/" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}export/").status_code == 403


def test_an_unknown_parameter_is_refused_for_the_file_too(clubs, desk):
    clubs.club()
    assert desk.get(f"{LIST}export/?phone__startswith=139").status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        " =1",
        "'=1",
        "%0A",
        "|calc",
    ],
)
def test_no_cell_begins_like_a_formula(text):
    assert safe(text) == f"'{text}"


def test_null_characters_are_dropped_and_plain_text_stays():
    assert safe("a\x00b, “c”") == "ab, “c”"


def test_a_formula_in_a_name_reaches_the_file_as_text(clubs, desk):
    clubs.club("C1", name='=HYPERLINK("http://x")')
    assert rows(desk.get(f"{LIST}export/"))[1][1] == '\'=HYPERLINK("http://x")'
