"""Nobody gives more than is his to give, nobody gives to himself, and the three administrators stay three."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.test import Client
from django.utils import timezone

from bureau.access.policies import POLICIES
from bureau.access.services import may_add, may_on_the_ground, permitted
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.charter.choices import ROLES_OF_KIND, Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.charter.services import KEPT_APART
from bureau.workflow.declare import WORKFLOWS
from tests.attacks.walking import EVERYBODYS, changed, is_open_to, rows, signed_in
from tests.cast import Cast

# Every role, and a unit of its kind.
PLACES = [(role, kind) for kind, roles in ROLES_OF_KIND.items() for role in roles]


def place_of(kind: UnitKind, cast: Cast) -> Unit:
    if kind == UnitKind.SCHOOL:
        return cast.school.unit
    return Unit.objects.filter(kind=kind, is_active=True).order_by("pk").first()  # type: ignore[return-value]


def giving(to: User) -> str:
    return f"/desk/accounts/{to.pk}/memberships/new/"


def given(
    cast: Cast, client: Client, to: User, places: list[tuple[Role, UnitKind]] | None = None
) -> set[str]:
    """The roles that somebody succeeded in giving, by posting them, else every one, to the page that gives them."""
    before = set(Membership.objects.values_list("pk", flat=True))
    for role, kind in places or PLACES:
        unit = place_of(kind, cast)
        data = {"unit": unit.pk, "role": role, "since": timezone.localdate().isoformat(), "reason": "why"}
        client.post(giving(to), data)
    return set(Membership.objects.exclude(pk__in=before).values_list("role", flat=True))


def test_who_gives_a_role_is_the_security_administrator_and_nobody_else(cast: Cast) -> None:
    """Whom the page lets in tries every role; who is refused at the entrance is so before any is read."""
    for name, user in cast.people().items():
        if name in ("security_admin", "inactive"):
            continue
        client, before = signed_in(user), rows()
        places = PLACES if is_open_to(user, giving(cast.outsider)) else PLACES[:1]
        assert given(cast, client, cast.outsider, places) == set(), name
        assert given(cast, client, user, places) == set(), name
        assert not changed(before), name


def test_not_even_the_security_administrator_gives_himself_a_role(cast: Cast) -> None:
    client, before = signed_in(cast.security_admin), rows()
    assert given(cast, client, cast.security_admin) == set()
    own = cast.security_admin.memberships.get()
    client.post(f"/desk/accounts/{cast.security_admin.pk}/memberships/{own.pk}/end/", {"reason": "why"})
    assert not changed(before)


def test_one_person_never_comes_to_hold_two_of_the_three_administrators(cast: Cast) -> None:
    roles = given(cast, signed_in(cast.security_admin), cast.outsider)
    assert len(roles & set(KEPT_APART)) == 1
    assert roles - set(KEPT_APART) == {role for role, _kind in PLACES} - set(KEPT_APART)


def test_a_principal_gives_no_role_but_clerk_of_the_own_school(cast: Cast) -> None:
    client, before = signed_in(cast.principal), set(Membership.objects.values_list("pk", flat=True))
    for unit in Unit.objects.filter(is_active=True).order_by("kind", "pk")[:12]:
        data = {
            "username": f"new-{unit.pk}",
            "name": "N",
            "language": "en",
            "role": "principal",
            "unit": unit.pk,
        }
        answer = client.post(f"/school/users/new/{unit.pk}/", data)
        assert answer.status_code == 404 or unit == cast.school.unit
    assert {(row.unit_id, row.role) for row in Membership.objects.exclude(pk__in=before)} <= {
        (cast.school.unit_id, Role.SCHOOL_CLERK)
    }


def test_the_last_security_administrator_can_be_removed_by_nobody(cast: Cast) -> None:
    colleague = cast.outsider
    unit = cast.security_admin.memberships.get().unit
    Membership.objects.create(user=colleague, unit=unit, role=Role.SECURITY_ADMIN, since=timezone.localdate())
    client = signed_in(colleague)
    old = cast.security_admin.memberships.get()
    client.post(f"/desk/accounts/{cast.security_admin.pk}/memberships/{old.pk}/end/", {"reason": "why"})
    old.refresh_from_db()
    assert old.until is not None and old.until < timezone.localdate(), "while there is another one"
    own = Membership.objects.get(user=colleague)
    client.post(f"/desk/accounts/{colleague.pk}/memberships/{own.pk}/end/", {"reason": "why"})
    client.post(f"/desk/accounts/{colleague.pk}/switch/", {"reason": "why"})
    client.post("/desk/charter/load/", {"chart": "compact"})
    own.refresh_from_db()
    assert own.until is None and User.objects.get(pk=colleague.pk).is_active


# What an administrator reads is the ground floor: accounts, units, calendar, jobs; never a case.
GROUND = (
    "accounts.",
    "charter.",
    "deadlines.",
    "jobs.",
    "notices.",
    "api.",
    "public.",
    "sheets.",
    "search.",
    "files.",
)


def cases(user: User) -> set[str]:
    """Kinds of business records of which the person sees any, or begins any."""
    with rights_scope():
        return {
            policy.model._meta.label_lower
            for policy in POLICIES
            if not policy.model._meta.label_lower.startswith(GROUND)
            and (permitted(user, "view", policy.model).exists() or may_add(user, policy.model))
        }


def test_the_system_and_the_security_administrator_read_no_case(furnished: Cast) -> None:
    everybodys = EVERYBODYS | cases(furnished.outsider)
    for user in (furnished.system_admin, furnished.security_admin):
        assert cases(user) <= everybodys, user
        assert not may_on_the_ground(user, "audit.read")


def test_the_auditor_reads_and_has_no_other_verb_on_anything(furnished: Cast) -> None:
    auditor = furnished.auditor
    with rights_scope():
        for policy in POLICIES:
            model: Any = policy.model
            label = model._meta.label_lower
            workflow = WORKFLOWS.get(label)
            verbs = {"change", "delete", "reveal", "merge", "withdraw", "decide"}
            verbs |= {step.right for step in workflow.transitions} - {"view"} if workflow else set()
            if label in ("accounts.user", "notices.notice", "api.apitoken"):
                continue  # one's own
            for verb in sorted(verbs):
                assert not permitted(auditor, verb, model).exists(), (label, verb)
        assert not [verb for verb in WRITING if may_on_the_ground(auditor, verb)]


WRITING = (
    "members.manage",
    "accounts.manage",
    "accounts.onboard",
    "accounts.reset",
    "charter.load",
    "calendar.import",
    "shares.manage",
    "site.keep",
)


def test_no_page_opens_the_audit_for_writing_to_the_auditor(cast: Cast) -> None:
    assert not any(
        permitted(user, verb, model).exists()
        for user in cast.people().values()
        for model in apps.get_app_config("audit").get_models()
        for verb in ("change", "delete", "add")
    )
    client, before = signed_in(cast.auditor), rows()
    for method in ("post", "put", "delete"):
        assert getattr(client, method)("/desk/audit/").status_code in (200, 403, 405)
    assert not changed(before)
