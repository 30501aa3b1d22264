"""The list of teachers under rights: beside the same list without any, and beside guardian's own shortcut."""

from __future__ import annotations

import copy
import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
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
_GRANTED = """
WITH narrow AS (
    SELECT DISTINCT held.group_id, held.content_object_id AS stage_id
    FROM schools_stagegroupgrant AS held
    JOIN auth_permission AS permission ON permission.id = held.permission_id
    JOIN charter_unit AS unit ON unit.group_id = held.group_id
    LEFT JOIN charter_remit AS remit ON remit.unit_id = unit.id AND remit.over = 'teacher'
    WHERE permission.codename = 'view_teachers'
        AND (unit.kind = 'district' OR unit.kind = 'section' AND remit.filters <> '{}'::jsonb)
)
SELECT unit.group_id, teacher.id AS teacher_id
FROM charter_unit AS unit CROSS JOIN personnel_teacher AS teacher
WHERE unit.kind = 'section' AND unit.is_active AND unit.group_id NOT IN (SELECT group_id FROM narrow)
UNION ALL
SELECT narrow.group_id, post.teacher_id
FROM narrow JOIN personnel_post AS post ON post.school_stage_id = narrow.stage_id
"""
_INTO = """
INSERT INTO {table} (permission_id, group_id, {columns})
SELECT permission.id, granted.group_id, {values}
FROM ({granted}) AS granted
JOIN auth_permission AS permission ON permission.codename = 'view_teacher'
JOIN django_content_type AS kind ON kind.id = permission.content_type_id AND kind.app_label = 'personnel'
"""
_PERMISSION = "personnel.view_teacher"


@dataclass(frozen=True)
class Tables:
    """One of the two makes in which guardian keeps rows per object, and how the grants get in."""

    name: str
    model: Any  # of the rows of groups
    columns: str  # beside the permission and the group
    values: str
    is_default: bool = False
    hidden: tuple[Any, ...] = ()  # tables of the other make, which guardian would prefer


def run(size: int = SIZE) -> Report:
    report = Report(f"List of teachers under rights, {size:,} and {size * TEN_TIMES:,} records")
    people = house()
    makes = _makes()
    pages: dict[int, dict[str, float]] = {}
    for count in (size, size * TEN_TIMES):
        fill(count)
        pages[count] = _pages(report, count, people)
        for tables in makes:
            with _granted(report, tables, count):
                _beside_guardian(report, tables, count, people, is_last=count != size)
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
    at = Unit.objects.get(key=unit)
    Membership.objects.create(user=user, unit=at, role=role, since=date(2020, 1, 1))
    user.groups.add(at.group)  # guardian reads them; this portal does not
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


def _makes() -> tuple[Tables, Tables]:
    """What this portal does without: a row per group and teacher, in guardian's own tables and in direct ones."""
    from django.db import models
    from guardian.models import GroupObjectPermission, GroupObjectPermissionBase

    from personnel.models import Teacher, TeacherUserGrant

    class BenchTeacherGrant(GroupObjectPermissionBase):
        content_object = models.ForeignKey(Teacher, on_delete=models.CASCADE)

        class Meta(GroupObjectPermissionBase.Meta):
            app_label = "personnel"

    return (
        Tables(
            "generic, guardian's default",
            GroupObjectPermission,
            "content_type_id, object_pk",
            "permission.content_type_id, granted.teacher_id::text",
            is_default=True,
            hidden=(BenchTeacherGrant, TeacherUserGrant),
        ),
        Tables("direct keys", BenchTeacherGrant, "content_object_id", "granted.teacher_id"),
    )


@contextmanager
def _granted(report: Report, tables: Tables, count: int) -> Iterator[None]:
    """The same rights as rows for the groups of a whole bureau (see `_GRANTED`), and empty again afterwards.

    The table is made anew with its rows; guardian's own indexes and keys follow when they are in, as one would load
    them. Direct tables are hidden by guardian's own switch, `enabled`, while the generic ones are asked.
    """
    from django.db import connection

    started = time.monotonic()
    model = tables.model
    table = model._meta.db_table
    _make_anew(
        model, _INTO.format(table=table, columns=tables.columns, values=tables.values, granted=_GRANTED)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")
    report.row(
        "Rows per group and teacher, for a whole bureau",
        teachers=count,
        **{"guardian's tables": tables.name, "rows": model.objects.count()},
        **{"seconds to fill": time.monotonic() - started},
    )
    with ExitStack() as hidden:
        for other in tables.hidden:
            hidden.enter_context(patch.object(other, "enabled", False, create=True))
        yield
    _make_anew(model)


def _make_anew(model: Any, rows: str = "") -> None:
    from django.db import connection

    with connection.schema_editor() as editor, connection.cursor() as cursor:
        if model._meta.db_table in connection.introspection.table_names(cursor):
            editor.delete_model(model)
        editor.create_model(model)
        if rows:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            cursor.execute(rows)


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
    ours = pageset.queryset

    def unlimited(principal: Any, verb: str) -> Any:
        # The same columns and the same buttons either way: compared are the rights to the rows alone.
        return Teacher.objects.defer(*pageset.unread) if verb == "view" else ours(principal, verb)

    return patch.object(pageset, "queryset", unlimited)


def _queries(act: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _beside_guardian(
    report: Report, tables: Tables, count: int, people: dict[str, Any], *, is_last: bool
) -> None:
    """The first page's rows: ours, without rights, and guardian's over a row per group and teacher.

    Guardian is handed the person with the groups found by a join of its own; ours finds the posts first. Within
    a request they are known by then, for the rule of the view has asked: that row is like for like, and judged.

    In the peer's favour: its rows are vacuumed and warm, so that an index alone answers, everybody is in one group,
    and nobody holds a row of his own. In ours: a remit over the whole register is one row that drops the filter, and
    the server's `work_mem` is as it comes, where a larger one made the peer up to a fifth faster.
    """
    for name, user in people.items():
        _must_agree(user, tables)
        taken = in_turn(_first_pages(user), rounds=5)
        gain = taken["guardian"] / taken["ours, person known"]
        report.row(
            "First page, rights and rows only, milliseconds",
            teachers=count,
            sees=name,
            **{"guardian's tables": tables.name},
            **{key: round(value, 2) for key, value in taken.items()},
            **{"guardian / ours": taken["guardian"] / taken["ours"], "guardian / ours, person known": gain},
        )
        if is_last and name == "whole register" and tables.is_default:
            goal = f"≥ {LEAST_GAIN}× guardian's shortcut, {tables.name}"
            report.goal(
                f"first page at {count:,}, {name}, person known", goal, gain, is_met=gain >= LEAST_GAIN
            )


def _first_pages(user: Any) -> dict[str, Callable[[], Any]]:
    from bureau.access.standing import standing
    from personnel.models import Teacher

    return {
        "ours": partial(_ours, user),
        "ours, person known": partial(_ours, user, standing(user).posts),
        "guardian": partial(_theirs, user, accept_global_perms=False),
        # Rights over all records are asked of each request anew: the copy remembers none.
        "guardian, default arguments": lambda: _theirs(copy.copy(user)),
        WITHOUT: lambda: _first_page(Teacher.objects.all()),
    }


def _must_agree(user: Any, tables: Tables) -> None:
    """Two ways that do not show the same teachers have nothing to be compared."""
    if _ours(user) != _theirs(user, accept_global_perms=False):
        raise RuntimeError(f"{user.name} sees other teachers by guardian's tables: {tables.name}")


def _theirs(user: Any, **given: bool) -> list[int]:
    from guardian.shortcuts import get_objects_for_user

    from personnel.models import Teacher

    return _first_page(get_objects_for_user(user, _PERMISSION, klass=Teacher, **given))


def _ours(user: Any, posts: Sequence[Any] | None = None) -> list[int]:
    """As a request does it, from nothing or with the posts of the person at hand."""
    from bureau.access import standing
    from bureau.access.services import permitted
    from personnel.models import Teacher

    known = nullcontext() if posts is None else patch.object(standing, "_posts", lambda _user: posts)
    with standing.rights_scope(), known:
        return _first_page(permitted(user, "view", Teacher))


def _first_page(rows: Any) -> list[int]:
    return [row.pk for row in rows.order_by("name_sort", "pk")[:25]]


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
