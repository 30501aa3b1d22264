"""The lists of teachers read keys first, and then the rows with what is joined to them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.pages.paging import taken
from personnel.models import Teacher
from tests.factories.teachers import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(cast):
    posts = [PostFactory(teacher__name=name) for name in ("Wu", "An", "Li", "Bo")]
    for post in posts:
        Teacher.objects.filter(pk=post.teacher_id).update(main_post=post)
    return Teacher.objects.select_related("main_post__school").defer("id_number").order_by("-name")


def test_rows_come_in_the_order_of_the_list(rows):
    assert [teacher.name for teacher in taken(rows, 1, 3)] == ["Li", "Bo"]


def test_the_conditions_are_asked_once_and_what_is_joined_comes_along(rows):
    with CaptureQueriesContext(connection) as asked:
        found = taken(rows.filter(name__in=["An", "Li"]), 0, 25)
        assert [str(teacher.main_post.school) for teacher in found]
    assert ["JOIN" in query["sql"] for query in asked] == [False, True]
    assert ['"personnel_teacher"."name" IN' in query["sql"] for query in asked] == [True, False]


def test_columns_that_the_list_leaves_unread_stay_so(rows):
    assert {name for row in taken(rows, 0, 4) for name in row.get_deferred_fields()} == {"id_number"}
