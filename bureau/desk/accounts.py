"""Accounts and memberships: the security administrator's pages; a district resets the accounts of its schools."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bureau.access.people import may_grant
from bureau.access.services import may, may_on_the_ground, permitted
from bureau.access.standing import forget_standings
from bureau.access.views import Ground, rule
from bureau.accounts import second_factor, selectors, services, slips
from bureau.accounts.models import User
from bureau.accounts.step_up import require_step_up
from bureau.charter import onboarding
from bureau.charter import services as memberships
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.desk import account_forms as forms
from bureau.desk.slip_page import show_slips

PER_PAGE = 50
# One page of slips: as many passwords as are hashed within a few seconds.
SLIPS_PER_PAGE = 60


def _me(request: HttpRequest) -> User:
    return request.principal  # type: ignore[attr-defined, no-any-return]


def _person(request: HttpRequest, verb: str, pk: int) -> User:
    """The account, if I may do this with it; else 404, or 403 where I may see it."""
    user: User = get_object_or_404(permitted(_me(request), "view", User), pk=pk)
    decision = may(_me(request), verb, user)
    if not decision:
        raise PermissionDenied(decision.reason)
    return user


def _refused(form: BaseForm, error: ValidationError) -> None:
    """The service's sentences, by the field where the form has it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


@rule(Ground("accounts.reset"))
@never_cache
def account_list(request: HttpRequest) -> HttpResponse:
    form = forms.SearchForm(request.GET)
    people = permitted(_me(request), "view", User)
    if form.is_valid():
        people = _filtered(people, **form.cleaned_data)
    page = Paginator(people.order_by("username"), PER_PAGE).get_page(request.GET.get("page"))
    in_force = Membership.objects.in_force().filter(user__in=list(page)).select_related("unit")
    places: dict[int, list[Membership]] = {}
    for membership in in_force:
        places.setdefault(membership.user_id, []).append(membership)
    rows = [(user, places.get(user.pk, [])) for user in page]
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "rows": rows, "query": query.urlencode(), **_powers(request)}
    return render(request, "desk/accounts.html", context)


def _filtered(people: QuerySet[User], *, q: str, kind: str, state: str) -> QuerySet[User]:
    people = selectors.people_found(people, q)
    if kind:
        members = Membership.objects.in_force().filter(user=OuterRef("pk"), unit__kind=kind)
        people = people.filter(Exists(members))
    if state == "waiting":
        return people.filter(pk__in=onboarding.waiting_for_slip(Unit.objects.all()).values("pk"))
    return people.filter(is_active=state != "off") if state else people


def _powers(request: HttpRequest) -> dict[str, bool]:
    me = _me(request)
    verbs = {"manages": "accounts.manage", "onboards": "accounts.onboard", "grants": "members.manage"}
    return {name: bool(may_on_the_ground(me, verb)) for name, verb in verbs.items()}


@rule(Ground("accounts.manage"))
@require_step_up
def account_add(request: HttpRequest) -> HttpResponse:
    """A new account; its slip is on the page that answers, and nowhere else."""
    form = forms.AccountForm(request.POST or None, principal=_me(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = services.create_user(by=_me(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            return show_slips(
                request, slips.issue([user], by=_me(request)), back="desk:account", back_pk=user.pk
            )
    return render(request, "desk/accounts_form.html", {"form": form, "heading": _("New account")})


@rule(Ground("accounts.reset"))
@never_cache
def account(request: HttpRequest, pk: int) -> HttpResponse:
    user = _person(request, "view", pk)
    me = _me(request)
    places = (
        permitted(me, "view", Membership).filter(user=user).select_related("unit").order_by("-since", "pk")
    )
    context = {
        "person": user,
        "places": places,
        "in_force": set(Membership.objects.in_force().filter(user=user).values_list("pk", flat=True)),
        "slip": user.slips.first(),
        "sessions": user.visits.count(),
        "has_second_factor": second_factor.has_second_factor(user),
        "can": {verb: bool(may(me, verb, user)) for verb in ("change", "reset", "switch")},
        **_powers(request),
    }
    context["grants"] = context["grants"] and user.pk != me.pk  # one's own are for another administrator
    return render(request, "desk/accounts_detail.html", context)


@rule(Ground("accounts.manage"))
def account_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = _person(request, "change", pk)
    form = forms.AccountForm(request.POST or None, user=user, principal=_me(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_user(user=user, by=_me(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            messages.success(request, _("The account is changed."))
            return redirect("desk:account", pk=pk)
    return render(
        request, "desk/accounts_form.html", {"form": form, "person": user, "heading": _("Change the account")}
    )


@rule(Ground("accounts.reset"))
@require_step_up
def account_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new initial password on paper: for whoever has forgotten his or hers."""
    user = _person(request, "reset", pk)
    if request.method == "POST":
        return show_slips(request, slips.issue([user], by=_me(request)), back="desk:account", back_pk=pk)
    return render(request, "desk/accounts_reset.html", {"person": user})


@rule(Ground("accounts.manage"))
@require_step_up
def account_switch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Switch an account off or on again."""
    user = _person(request, "switch", pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.deactivate if user.is_active else services.activate
        try:
            act(user=user, by=_me(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            _refused(form, error)
        else:
            messages.success(
                request, _("The account is in use.") if user.is_active else _("The account is switched off.")
            )
            return redirect("desk:account", pk=pk)
    heading = _("Switch the account off") if user.is_active else _("Switch the account on")
    return render(request, "desk/accounts_form.html", {"form": form, "person": user, "heading": heading})


@rule(Ground("accounts.manage"))
@require_step_up
def account_second_factor(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The phone is lost: remove the second factor."""
    user = _person(request, "reset", pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.remove_second_factor(user=user, by=_me(request), reason=form.cleaned_data["reason"])
        messages.success(request, _("The second factor is removed; the person sets up a new one."))
        return redirect("desk:account", pk=pk)
    context = {"form": form, "person": user, "heading": _("Remove the second factor")}
    return render(request, "desk/accounts_form.html", context)


@rule(Ground("accounts.manage"))
@require_POST
def account_sign_out(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = _person(request, "switch", pk)
    services.end_sessions(user=user, by=_me(request), reason="by the administrator")
    messages.success(request, _("The person is signed out everywhere."))
    return redirect("desk:account", pk=pk)


@rule(Ground("members.manage"))
@require_step_up
def membership_add(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = _person(request, "view", pk)
    form = forms.MembershipForm(request.POST or None, principal=_me(request))
    if request.method == "POST" and form.is_valid() and _grant(request, user, form):
        messages.success(request, _("The membership is entered. The person signs in again to use it."))
        return redirect("desk:account", pk=pk)
    return render(
        request, "desk/accounts_form.html", {"form": form, "person": user, "heading": _("New membership")}
    )


def _grant(request: HttpRequest, user: User, form: forms.MembershipForm) -> bool:
    data: dict[str, Any] = form.cleaned_data
    decision = may_grant(_me(request), unit=data["unit"], role=data["role"])
    if not decision:
        form.add_error(None, str(decision.reason))
        return False
    try:
        memberships.add_membership(user=user, by=_me(request), **data)
    except ValidationError as error:
        _refused(form, error)
        return False
    forget_standings()
    return True


@rule(Ground("members.manage"))
@require_step_up
def membership_end(request: HttpRequest, pk: int, membership: int) -> HttpResponseBase:
    user = _person(request, "view", pk)
    row = get_object_or_404(permitted(_me(request), "view", Membership), pk=membership, user=user)
    form = forms.EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            memberships.end_membership(membership=row, by=_me(request), **form.cleaned_data)
        except ValidationError as error:
            _refused(form, error)
        else:
            forget_standings()
            messages.success(request, _("The membership is ended."))
            return redirect("desk:account", pk=pk)
    context = {"form": form, "person": user, "membership": row, "heading": _("End the membership")}
    return render(request, "desk/accounts_form.html", context)


@rule(Ground("accounts.onboard"))
@require_step_up
def onboard(request: HttpRequest) -> HttpResponseBase:
    """Accounts for every school and district that has none; then their slips, page by page."""
    form = forms.OnboardingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people = onboarding.open_accounts(by=_me(request), **form.cleaned_data)
        messages.success(request, _("%(n)d accounts were made. Print their slips now.") % {"n": len(people)})
        return redirect("desk:onboarding")
    batches = [(unit, onboarding.waiting_for_slip(_part(unit)).count()) for unit in _districts()]
    context = {
        "form": forms.OnboardingForm(),
        "schools": onboarding.units_without(Role.PRINCIPAL, UnitKind.SCHOOL).count(),
        "districts": onboarding.units_without(Role.DISTRICT_LEADER, UnitKind.DISTRICT).count(),
        "batches": [(unit, count) for unit, count in batches if count],
        "per_page": SLIPS_PER_PAGE,
    }
    return render(request, "desk/accounts_onboarding.html", context)


def _districts() -> QuerySet[Unit]:
    """Units that stand above schools, the bureau among them for the schools of the city."""
    return Unit.objects.filter(kind__in=(UnitKind.BUREAU, UnitKind.DISTRICT), is_active=True)


def _part(unit: Unit) -> QuerySet[Unit]:
    """The schools under a district, and the district itself."""
    schools = Unit.objects.filter(parent=unit, kind=UnitKind.SCHOOL)
    return schools if unit.kind == UnitKind.BUREAU else schools | Unit.objects.filter(pk=unit.pk)


@rule(Ground("accounts.onboard"))
@require_step_up
@require_POST
def print_slips(request: HttpRequest, unit: int) -> HttpResponse:
    """The next page of slips of one district."""
    where = get_object_or_404(_districts(), pk=unit)
    people = list(onboarding.waiting_for_slip(_part(where))[:SLIPS_PER_PAGE])
    return show_slips(request, slips.issue(people, by=_me(request)), back="desk:onboarding")


@rule(Ground("accounts.onboard"))
@require_step_up
def hand_over(request: HttpRequest, unit: int) -> HttpResponse:
    """Somebody new leads the school or the district."""
    where = get_object_or_404(Unit, pk=unit, kind__in=tuple(onboarding.HEADS), is_active=True)
    form = forms.HandOverForm(request.POST or None, unit=where)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                data = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
                user = onboarding.hand_over(unit=where, by=_me(request), **data)
                printed = slips.issue([user], by=_me(request))
        except ValidationError as error:
            _refused(form, error)
        else:
            return show_slips(request, printed, back="desk:account", back_pk=user.pk)
    context = {"form": form, "unit": where, "heading": _("Hand over to somebody new")}
    return render(request, "desk/accounts_form.html", context)


urlpatterns: list[URLPattern] = [
    path("accounts/", account_list, name="accounts"),
    path("accounts/new/", account_add, name="account_add"),
    path("accounts/onboarding/", onboard, name="onboarding"),
    path("accounts/onboarding/<int:unit>/slips/", print_slips, name="onboarding_slips"),
    path("accounts/hand-over/<int:unit>/", hand_over, name="hand_over"),
    path("accounts/<int:pk>/", account, name="account"),
    path("accounts/<int:pk>/edit/", account_edit, name="account_edit"),
    path("accounts/<int:pk>/reset/", account_reset, name="account_reset"),
    path("accounts/<int:pk>/switch/", account_switch, name="account_switch"),
    path("accounts/<int:pk>/second-factor/", account_second_factor, name="account_second_factor"),
    path("accounts/<int:pk>/sign-out/", account_sign_out, name="account_sign_out"),
    path("accounts/<int:pk>/memberships/new/", membership_add, name="membership_add"),
    path("accounts/<int:pk>/memberships/<int:membership>/end/", membership_end, name="membership_end"),
]
