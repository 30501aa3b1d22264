"""The list of teachers under rights: beside the same list without any, and beside guardian's own shortcut."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from functools import partial
from typing import Any
from unittest.mock import patch

from bench.measuring import Report, in_turn

SIZE, TEN_TIMES = 50_000, 10
ADDRESS = "/desk/personnel/teachers/"
# user name → (key of the unit, role): everything, a stage of the city, a district.
PEOPLE = {
    "whole register": ("personnel", "clerk"),
    "one stage": ("preschool", "clerk"),
    "one district": ("district-140702", "district_reviewer"),
}
WITHOUT = "no rights at all"
MOST_OVERHEAD, MOST_GROWTH, LEAST_GAIN, MOST_QUERIES = 1.3, 1.2, 150, 2

_TEACHERS = """
INSERT INTO personnel_teacher (version, number, name, former_names, latin_name, name_sort, initials, sex,
    born_on, id_kind, id_number, phone, email, status{more})
SELECT 1, 'B' || lpad(n::text, 9, '0'), '教师' || n, '', '', 'jiao shi ' || md5(n::text), 'js', 'female',
    date '1970-01-01' + (n %% 10000), 'none', '', '', '', 'in_post'{values}
FROM generate_series(%s, %s) AS n
"""
_POSTS = """
INSERT INTO personnel_post (teacher_id, school_stage_id, school_id, stage, kind, subject_id, hiring_form_id,
    is_main, since, ended_by)
SELECT teacher.id, stage.id, stage.school_id, stage.stage, 'teaching', %s, %s, true, date '2010-09-01', ''
FROM personnel_teacher AS teacher
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM schools_schoolstage) AS stage
    ON stage.place = teacher.id %% (SELECT count(*) FROM schools_schoolstage)
WHERE NOT EXISTS (SELECT 1 FROM personnel_post AS known WHERE known.teacher_id = teacher.id)
"""
_MAIN = """
UPDATE personnel_teacher AS teacher SET main_post_id = post.id
FROM personnel_post AS post WHERE post.teacher_id = teacher.id AND teacher.main_post_id IS NULL
"""
# Thirteen sections: all teachers, but those to which the charter gives some stages only these; eleven districts:
# the teachers of the schools that they manage. A row of a narrow group is one of a grant over stages.
_GRANTS = """
INSERT INTO {table} (permission_id, group_id, content_object_id)
WITH narrow AS (
    SELECT DISTINCT held.group_id, held.content_object_id AS stage_id
    FROM schools_stagegroupgrant AS held
    JOIN auth_permission AS permission ON permission.id = held.permission_id
    JOIN charter_unit AS unit ON unit.group_id = held.group_id
    LEFT JOIN charter_remit AS remit ON remit.unit_id = unit.id AND remit.over = 'teacher'
    WHERE permission.codename = 'view_teachers'
        AND (unit.kind = 'district' OR unit.kind = 'section' AND remit.filters <> '{{}}'::jsonb)
)
SELECT %(permission)s, unit.group_id, teacher.id
FROM charter_unit AS unit CROSS JOIN personnel_teacher AS teacher
WHERE unit.kind = 'section' AND unit.is_active AND unit.group_id NOT IN (SELECT group_id FROM narrow)
UNION ALL
SELECT %(permission)s, narrow.group_id, post.teacher_id
FROM narrow JOIN personnel_post AS post ON post.school_stage_id = narrow.stage_id
"""


def run(size: int = SIZE) -> Report:
    report = Report(f"List of teachers under rights, {size:,} and {size * TEN_TIMES:,} records")
    people = house()
    grants = _grants_model()
    pages: dict[int, dict[str, float]] = {}
    for count in (size, size * TEN_TIMES):
        fill(count)
        _grant(grants, people, is_again=count != size)
        pages[count] = _pages(report, count, people)
        _beside_guardian(report, count, people, is_last=count != size)
    _judge(report, pages, size)
    return report


# --- the data -------------------------------------------------------------------------------------------


def house() -> dict[str, Any]:
    """The Jinzhong chart, the schools of a city with their stages and rights, and three people."""
    from django.core.management import call_command
    from django.utils import timezone

    from bureau.charter import demo as units
    from bureau.demo import DemoRun
    from personnel.services.reference import load_reference
    from schools import demo as schools

    call_command("reference", verbosity=0)
    call_command("charter", "load", "jinzhong", verbosity=0, stdout=io.StringIO())
    made = DemoRun("city", "jinzhong", timezone.localdate(), password_hash="!", say=lambda line: None)  # noqa: S106
    units.seed(made)
    schools.seed(made)
    load_reference()
    return {name: _person(name, *post) for name, post in PEOPLE.items()}


def _person(name: str, unit: str, role: str) -> Any:
    from bureau.accounts.models import User
    from bureau.charter.models import Membership, Unit

    user = User.objects.create(username=name.replace(" ", "_"), name=name, password="!", language="en")  # noqa: S106
    Membership.objects.create(user=user, unit=Unit.objects.get(key=unit), role=role, since=date(2020, 1, 1))
    return user


def fill(count: int) -> None:
    """As many teachers as wanted, each with a main post, spread over all stages."""
    from django.db import connection

    from personnel.models import HiringForm, Subject, Teacher

    known = Teacher.objects.count()
    subject, form = Subject.objects.first(), HiringForm.objects.first()
    more, values = _required_columns()
    with connection.cursor() as cursor:
        cursor.execute(_TEACHERS.format(more=more, values=values), [known + 1, count])
        cursor.execute(_POSTS, [subject.pk if subject else None, form.pk if form else None])
        cursor.execute(_MAIN)
        cursor.execute("VACUUM ANALYZE")


def _required_columns() -> tuple[str, str]:
    """Timestamps that the model may have besides; everything else may be empty."""
    from personnel.models import Teacher

    known = _TEACHERS.split("SELECT")[0]
    names = [
        field.column
        for field in Teacher._meta.concrete_fields
        if not field.null and not field.primary_key and f" {field.column}" not in known.replace("(", " ")
    ]
    return "".join(f", {name}" for name in names), ", now()" * len(names)


def _grants_model() -> Any:
    """What this portal does without: a row per group and teacher, as guardian's direct tables have it."""
    from django.db import models
    from guardian.models import GroupObjectPermissionBase

    from personnel.models import Teacher

    class BenchTeacherGrant(GroupObjectPermissionBase):
        content_object = models.ForeignKey(Teacher, on_delete=models.CASCADE)

        class Meta(GroupObjectPermissionBase.Meta):
            app_label = "personnel"

    return BenchTeacherGrant


def _grant(grants: Any, people: dict[str, Any], *, is_again: bool) -> None:
    """The same rights as rows for the groups of a whole bureau: see `_GRANTS`.

    The table is made anew with its rows; indexes and keys follow when they are in, as one would load them.
    """
    from django.contrib.auth.models import Permission
    from django.db import connection

    for user in people.values():
        user.groups.add(user.memberships.get().unit.group)
    permission = Permission.objects.get(content_type__app_label="personnel", codename="view_teacher")
    table = grants._meta.db_table
    with connection.schema_editor() as editor:
        if is_again:
            editor.delete_model(grants)
        editor.create_model(grants)
        with connection.cursor() as cursor:
            cursor.execute(_GRANTS.format(table=table), {"permission": permission.pk})
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")


# --- the measurements -----------------------------------------------------------------------------------


def _pages(report: Report, count: int, people: dict[str, Any]) -> dict[str, float]:
    """The whole page as a browser gets it, for each person with the rights and without them."""
    acts: dict[str, Callable[[], Any]] = {}
    for name, user in people.items():
        page = _page_of(user)
        acts[name] = page
        acts[f"{name}, {WITHOUT}"] = partial(_unlimited, page)
    queries = {name: _queries(act) for name, act in acts.items()}
    taken = in_turn(acts)
    for name in people:
        free = f"{name}, {WITHOUT}"
        report.row(
            "Whole page, milliseconds",
            teachers=count,
            sees=name,
            **{
                "with rights": taken[name],
                "without": taken[free],
                "ratio": round(taken[name] / taken[free], 2),
                "queries for rights": queries[name] - queries[free],
            },
        )
    return taken


def _page_of(user: Any) -> Callable[[], Any]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def page() -> None:
        response = client.get(ADDRESS)
        if response.status_code != 200:
            raise RuntimeError(f"the list answered {response.status_code}")

    return page


def _unlimited(act: Callable[[], Any]) -> None:
    """The same page when everybody may see every teacher."""
    with _no_rights():
        act()


def _no_rights() -> AbstractContextManager[Any]:
    from bureau.pages.pagesets import pageset_of
    from personnel.models import Teacher

    pageset = pageset_of("desk", Teacher)
    if pageset is None:
        return nullcontext()
    # The same columns are read either way: compared are the rights alone.
    return patch.object(pageset, "queryset", lambda principal, verb: Teacher.objects.defer(*pageset.unread))


def _queries(act: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _beside_guardian(report: Report, count: int, people: dict[str, Any], *, is_last: bool) -> None:
    """The first page's rows: ours, without rights, and guardian's over a row per group and teacher.

    Guardian is handed the person with the groups found by a join of its own; ours finds the posts first. Within
    a request they are known by then, for the rule of the view has asked: that row is like for like, and judged.
    """
    from guardian.shortcuts import get_objects_for_user

    from bureau.access.standing import standing
    from personnel.models import Teacher

    def theirs(user: Any) -> None:
        _first_page(
            get_objects_for_user(user, "personnel.view_teacher", klass=Teacher, accept_global_perms=False)
        )

    for name, user in people.items():
        taken = in_turn(
            {
                "ours": partial(_ours, user),
                "ours, person known": partial(_ours, user, standing(user).posts),
                "guardian": partial(theirs, user),
                WITHOUT: lambda: _first_page(Teacher.objects.all()),
            },
            rounds=5,
        )
        gain = taken["guardian"] / taken["ours, person known"]
        report.row(
            "First page, rights and rows only, milliseconds",
            teachers=count,
            sees=name,
            **{key: round(value, 2) for key, value in taken.items()},
            **{"guardian / ours": taken["guardian"] / taken["ours"], "guardian / ours, person known": gain},
        )
        if is_last and name == "whole register":
            goal = f"≥ {LEAST_GAIN}× guardian's shortcut"
            report.goal(
                f"first page at {count:,}, {name}, person known", goal, gain, is_met=gain >= LEAST_GAIN
            )


def _ours(user: Any, posts: Sequence[Any] | None = None) -> None:
    """As a request does it, from nothing or with the posts of the person at hand."""
    from bureau.access import standing
    from bureau.access.services import permitted
    from personnel.models import Teacher

    known = nullcontext() if posts is None else patch.object(standing, "_posts", lambda _user: posts)
    with standing.rights_scope(), known:
        _first_page(permitted(user, "view", Teacher))


def _first_page(rows: Any) -> None:
    list(rows.order_by("name_sort", "pk")[:25])


def _judge(report: Report, pages: dict[int, dict[str, float]], size: int) -> None:
    small, large = pages[size], pages[size * TEN_TIMES]
    for name in PEOPLE:
        for count, taken in pages.items():
            ratio = taken[name] / taken[f"{name}, {WITHOUT}"]
            goal = f"≤ {MOST_OVERHEAD}× without rights"
            report.goal(f"page at {count:,}, {name}", goal, ratio, is_met=ratio <= MOST_OVERHEAD)
        growth = large[name] / small[name]
        goal = f"≤ {MOST_GROWTH}× from 1× to 10×"
        report.goal(f"growth, {name}", goal, growth, is_met=growth <= MOST_GROWTH)
    for row in report.tables["Whole page, milliseconds"]:
        extra = row["queries for rights"]
        what = f"queries for rights, {row['sees']} of {row['teachers']:,}"
        report.goal(what, f"≤ {MOST_QUERIES}", extra, is_met=extra <= MOST_QUERIES)
