"""Whatever rights there are: list, page, export, API, count and decision speak of the same records."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.access.services import may, permitted
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.pages.listing import Listing
from bureau.pages.pagesets import pageset_of
from schools.models import School
from schools.models.grants import SchoolGroupGrant, SchoolUserGrant
from tests.attacks.walking import body, signed_in
from tests.cast import Cast
from tests.factories.schools import SchoolFactory

VERBS = ("view", "change", "export")
GRANT = st.tuples(
    st.sampled_from(["unit", "other unit", "person", "lapsed"]), st.integers(0, 3), st.sampled_from(VERBS)
)


def give(cast: Cast, kind: str, school: School, verb: str) -> None:
    permission = Permission.objects.get(codename=f"{verb}_school", content_type__app_label="schools")
    if kind in ("unit", "other unit"):
        group = Unit.objects.get(key="basic" if kind == "unit" else "retirees").group
        SchoolGroupGrant.objects.get_or_create(group=group, permission=permission, content_object=school)
        return
    until = timezone.localdate() - timedelta(days=kind == "lapsed")
    SchoolUserGrant.objects.update_or_create(
        user=cast.basic_clerk,
        permission=permission,
        content_object=school,
        defaults={"until": until, "reason": "x", "granted_by": "x"},
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=st.sets(GRANT, max_size=10), role=st.sampled_from([Role.CLERK, Role.CHIEF]))
def test_list_page_export_program_and_count_agree_for_any_mix_of_grants(
    grants: set[tuple[str, int, str]], role: Role, cast: Cast
) -> None:
    schools = list(School.objects.order_by("pk"))
    while len(schools) < 4:
        schools.append(SchoolFactory())
    SchoolGroupGrant.objects.all().delete()
    SchoolUserGrant.objects.all().delete()
    cast.basic_clerk.memberships.update(role=role)
    for kind, place, verb in sorted(grants):
        give(cast, kind, schools[place], verb)
    user = cast.basic_clerk
    client, expected = signed_in(user), set(permitted(user, "view", School).values_list("pk", flat=True))
    pageset: Any = pageset_of("desk", School)
    listing = Listing(pageset, user, QueryDict())
    assert {row.pk for row in listing.page.rows} == expected
    assert listing.total == listing.found == len(expected)
    assert {one.pk for one in schools if may(user, "view", one)} == expected
    pages = {one.pk: client.get(f"/desk/schools/schools/{one.pk}/").status_code for one in schools}
    assert {pk for pk, status in pages.items() if status == 200} == expected
    assert set(pages.values()) <= {200, 404}
    programs = client.get("/api/v1/schools/schools/").json()
    assert {row["id"] for row in programs["results"]} == expected
    out = set(permitted(user, "export", School).values_list("pk", flat=True)) & expected
    answer = client.get("/desk/schools/schools/export/")
    if not permitted(user, "export", School).exists():
        assert answer.status_code == 403
        return
    text = (
        b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else body(answer).decode()
    )
    lines = list(csv.reader(io.StringIO(text)))[1:]
    assert len(lines) == len(out)
    written = " ".join(cell for line in lines for cell in line)
    assert {one.pk for one in schools if one.code in written} == out
