"""Saved views: short links that show each reader his or her own rows."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from bureau.access.remits import apply_remits
from bureau.audit.models import Event
from bureau.charter.models import Unit
from bureau.search.models import SavedView
from bureau.search.saved_views import MOST_VIEWS, save_view
from bureau.workflow.refusals import Invalid, NotPermitted
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db

LIST = "schools.school"
NEW = "/desk/v/new/"


@pytest.fixture
def client_of(cast):
    def signed_in(name):
        user = getattr(cast, name)
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return signed_in


def saved(cast, by="basic_clerk", **changes):
    values = {"name": "Open schools", "kind": LIST, "query": "tab=open&sort=-code", "by": getattr(cast, by)}
    return save_view(**{**values, **changes})


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_view_is_saved_from_the_list_and_stands_above_it(cast, client_of):
    client = client_of("basic_clerk")
    page = client.get("/desk/schools/schools/?tab=open&sort=-code&page=1")
    address = page.context["save_view_url"]
    assert address.startswith(NEW)
    answer = client.post(address, {"name": "开办学校", "whose": ""}, follow=True)
    view = SavedView.objects.get()
    assert (view.name, view.query, view.unit) == ("开办学校", "tab=open&sort=-code", None)
    assert f"/desk/v/{view.code}/" in said(answer)[0]
    assert [(one["label"], one["is_current"]) for one in answer.context["views"]] == [("开办学校", True)]
    assert answer.context["save_view_url"] == ""
    assert Event.objects.filter(action="search.savedview.saved", object_id=str(view.pk)).exists()


def test_the_link_opens_the_list_with_filter_and_order(cast, client_of):
    view = saved(cast)
    answer = client_of("basic_clerk").get(f"/desk/v/{view.code}/", follow=True)
    assert answer.request["PATH_INFO"] == "/desk/schools/schools/"
    assert (answer.context["listing"].tab, answer.context["listing"].sort) == ("open", "-code")


def test_whoever_opens_the_link_sees_only_the_own_rows(cast, client_of):
    apply_remits(objects=[SchoolFactory.create(kindergarten=True)])
    view = saved(cast, query="tab=open")
    clerk = client_of("basic_clerk").get(f"/desk/v/{view.code}/", follow=True).context["listing"]
    other = client_of("preschool_clerk").get(f"/desk/v/{view.code}/", follow=True).context["listing"]
    rows, theirs = set(clerk.page.rows), set(other.page.rows)
    assert theirs and rows and not rows & theirs
    assert client_of("principal").get(f"/desk/v/{view.code}/").status_code == 403
    assert Client().get(f"/desk/v/{view.code}/").status_code == 302


def test_a_view_of_the_unit_is_on_the_list_of_everybody_there_and_of_nobody_else(cast, client_of):
    saved(cast, unit=Unit.objects.get(key="basic"))
    for name, count in (("basic_clerk", 1), ("basic_officer", 1), ("preschool_clerk", 0)):
        page = client_of(name).get("/desk/schools/schools/")
        assert len(page.context["views"]) == count, name


def test_an_own_view_is_on_nobody_elses_list(cast, client_of):
    view = saved(cast)
    assert client_of("basic_officer").get("/desk/schools/schools/").context["views"] == []
    assert client_of("basic_officer").get(f"/desk/v/{view.code}/rename/").status_code == 404
    assert client_of("basic_officer").post(f"/desk/v/{view.code}/remove/").status_code == 404


def test_a_view_is_saved_only_for_ones_own_unit(cast):
    with pytest.raises(NotPermitted):
        saved(cast, unit=Unit.objects.get(key="preschool"))
    assert not SavedView.objects.exists()


def test_a_filter_that_is_gone_is_told_and_the_rest_stays(cast, client_of):
    view = saved(cast)
    SavedView.objects.update(query="tab=open&colour=blue&sort=phone&district=999999")
    answer = client_of("basic_clerk").get(f"/desk/v/{view.code}/", follow=True)
    assert answer.status_code == 200
    assert answer.context["listing"].tab == "open"
    assert said(answer) == [
        "The list does not know this part of the view any more, so it was left out: colour, sort, District"
    ]


def test_a_view_of_a_list_that_is_gone_says_so(cast, client_of):
    view = saved(cast)
    SavedView.objects.update(kind="gone.kind")
    answer = client_of("basic_clerk").get(f"/desk/v/{view.code}/", follow=True)
    assert "not part of the portal any more" in said(answer)[0]


def test_a_view_is_renamed_and_keeps_its_link(cast, client_of):
    view = saved(cast)
    client = client_of("basic_clerk")
    client.post(f"/desk/v/{view.code}/rename/", {"name": "All that are open"})
    view.refresh_from_db()
    assert view.name == "All that are open"


def test_a_removed_view_leads_nowhere(cast, client_of):
    view = saved(cast)
    client = client_of("basic_clerk")
    assert client.get(f"/desk/v/{view.code}/remove/").status_code == 405
    client.post(f"/desk/v/{view.code}/remove/")
    assert client.get(f"/desk/v/{view.code}/").status_code == 404


def test_a_name_that_is_missing_or_taken_is_a_sentence_by_the_field(cast, client_of):
    saved(cast)
    client, address = client_of("basic_clerk"), f"{NEW}?list={LIST}&query=tab%3Dclosed"
    assert client.post(address, {"name": ""}).status_code == 422
    answer = client.post(address, {"name": "Open schools", "whose": ""})
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"] == [
        "There is a view with this name already. Choose another name."
    ]


def test_a_colleague_may_not_rename_the_units_view_but_its_head_may(cast, client_of):
    office = Unit.objects.get(key="office")
    view = saved(cast, "office_clerk", kind="office.letter", query="tab=open", unit=office)
    assert client_of("office_chief").get(f"/desk/v/{view.code}/rename/").status_code == 200
    view = saved(cast, "office_chief", kind="office.letter", name="Mine", query="", unit=office)
    assert client_of("office_clerk").get(f"/desk/v/{view.code}/rename/").status_code == 403


@pytest.mark.parametrize("query", ["colour=blue", "sort=phone", "q=%00"])
def test_a_state_that_the_list_does_not_know_is_not_saved(cast, client_of, query):
    answer = client_of("basic_clerk").get(NEW, {"list": LIST, "query": query})
    assert answer.status_code == 400


def test_a_list_that_is_not_there_is_404(cast, client_of):
    assert client_of("basic_clerk").get(NEW, {"list": "accounts.user"}).status_code == 404


def test_a_personal_number_is_kept_in_no_link(cast):
    with pytest.raises(Invalid, match="personal number"):
        saved(cast, query="q=142401198001011234")


def test_there_is_an_end_to_the_views_of_one_list(cast):
    for number in range(MOST_VIEWS):
        save_view(name=f"View {number}", kind=LIST, query="tab=open", by=cast.basic_clerk)
    with pytest.raises(Invalid, match="already"):
        saved(cast)


def test_chosen_columns_are_shown_saved_and_opened_again(cast, client_of):
    client = client_of("basic_clerk")
    page = client.get("/desk/schools/schools/?cols=code&cols=status&tab=open")
    assert [head.label for head in page.context["listing"].heads()] == [
        "School",
        "Identification code",
        "Status",
    ]
    client.post(page.context["save_view_url"], {"name": "Short", "whose": ""})
    view = SavedView.objects.get()
    opened = client.get(f"/desk/v/{view.code}/", follow=True)
    assert [column.name for column in opened.context["listing"].columns] == ["label", "code", "status"]
    assert len(opened.context["rows"][0].cells) == 3
    assert client.get("/desk/schools/schools/?cols=id_number").status_code == 400
