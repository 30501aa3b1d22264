"""The users of my school: a principal adds and ends clerks and gives them new slips."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bureau.access.people import may_grant
from bureau.access.services import permitted
from bureau.access.standing import forget_standings, standing
from bureau.access.views import Ground, rule
from bureau.accounts import services, slips
from bureau.accounts.models import User
from bureau.accounts.step_up import require_step_up
from bureau.charter import onboarding
from bureau.charter import services as memberships
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.desk.account_forms import NewPersonForm
from bureau.desk.slip_page import show_slips


def _me(request: HttpRequest) -> User:
    return request.principal  # type: ignore[attr-defined, no-any-return]


def _schools(request: HttpRequest) -> QuerySet[Unit]:
    posts = standing(_me(request)).posts
    return Unit.objects.filter(pk__in={post.unit_id for post in posts if post.role is Role.PRINCIPAL})


@rule(Ground("school.users"))
@never_cache
def user_list(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    rows = Membership.objects.in_force().filter(unit__in=_schools(request)).select_related("user", "unit")
    context = {
        "rows": rows.order_by("unit", "role", "user__username"),
        "can_end": set(permitted(me, "end", Membership).values_list("pk", flat=True)),
        "can_reset": set(permitted(me, "reset", User).values_list("pk", flat=True)),
        "schools": _schools(request),
    }
    return render(request, "school/users.html", context)


@rule(Ground("school.users"))
@require_step_up
def clerk_add(request: HttpRequest, unit: int) -> HttpResponse:
    where = get_object_or_404(_schools(request), pk=unit)
    form = NewPersonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and may_grant(_me(request), unit=where, role=Role.SCHOOL_CLERK)
    ):
        try:
            user = _new_clerk(_me(request), where, form.cleaned_data["name"], form.cleaned_data["phone"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return show_slips(request, slips.issue([user], by=_me(request)), back="school:users")
    return render(request, "school/user_add.html", {"form": form, "unit": where})


@transaction.atomic
def _new_clerk(by: User, unit: Unit, name: str, phone: str) -> User:
    taken = set(User.objects.values_list("username", flat=True))
    username = onboarding.free_username(unit, taken)
    user = services.create_user(username=username, name=name, phone=phone, by=by)
    memberships.add_membership(user=user, unit=unit, role=Role.SCHOOL_CLERK, by=by)
    return user


@rule(Ground("school.users"))
@require_step_up
@require_POST
def clerk_end(request: HttpRequest, membership: int) -> HttpResponseBase:
    row = get_object_or_404(permitted(_me(request), "end", Membership), pk=membership)
    memberships.end_membership(membership=row, by=_me(request), reason="ended by the principal")
    forget_standings()
    messages.success(request, _("The person no longer works for the school here."))
    return redirect("school:users")


@rule(Ground("school.users"))
@require_step_up
@require_POST
def clerk_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(permitted(_me(request), "reset", User), pk=pk)
    return show_slips(request, slips.issue([user], by=_me(request)), back="school:users")


urlpatterns: list[URLPattern] = [
    path("users/", user_list, name="users"),
    path("users/new/<int:unit>/", clerk_add, name="user_add"),
    path("users/<int:membership>/end/", clerk_end, name="user_end"),
    path("users/<int:pk>/reset/", clerk_reset, name="user_reset"),
]
