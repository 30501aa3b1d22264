"""Everything under /account/: signing in and out, one's own password, second factor, sessions, settings."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.base.views import authenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bureau.access.standing import standing
from bureau.access.views import NotYetInOrder, Open, SignedIn, rule
from bureau.accounts import carry, second_factor, services, step_up, views, visits
from bureau.accounts.forms import NewPasswordForm, OwnSettingsForm
from bureau.accounts.models import User


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)  # every page that asks is for signed-in people


def _workspace(user: User) -> str:
    """The shell that this person works in; "" for an account without a place."""
    mine = standing(user)
    if mine.may_on_the_ground("desk.open"):
        return "desk"
    return "school" if mine.may_on_the_ground("school.open") else ""


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    user = _me(request)
    workspace = _workspace(user) or "desk"
    return render(request, template, {"workspace": workspace, "person": user, **context}, status=status)


@rule(SignedIn())
@never_cache
def home(request: HttpRequest) -> HttpResponseBase:
    """Where sign-in leads: to the form that waited, else to the person's workspace."""
    if request.session.get(carry.SESSION_KEY) and not request.session.pop("carried_shown", False):
        return redirect("account_carried")
    request.session.pop(carry.SESSION_KEY, None)
    workspace = _workspace(_me(request))
    return HttpResponseRedirect(f"/{workspace}/") if workspace else redirect("account_own")


@rule(SignedIn())
@never_cache
def own(request: HttpRequest) -> HttpResponseBase:
    """My settings: what is shown of me, my language; links to password, second factor, sessions."""
    user = _me(request)
    form = OwnSettingsForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        services.change_user(user=user, by=user, **form.values())
        messages.success(request, _("Your settings are saved."))
        return redirect("account_own")
    places = user.memberships.select_related("unit").filter(unit__is_active=True)
    context = {
        "form": form,
        "places": [place for place in places if place in user.memberships.in_force()],
        "has_second_factor": second_factor.has_second_factor(user),
    }
    return _page(request, "account/own.html", context)


@sensitive_post_parameters()
@never_cache
def change_password(request: HttpRequest) -> HttpResponseBase:
    user = _me(request)
    must = user.must_change_password
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        services.set_own_password(user=user, password=form.cleaned_data["new"])
        visits.keep_only(request, user)
        step_up.mark(request, user)
        messages.success(request, _("Your password is changed. All other sessions were ended."))
        return redirect("account_home" if must else "account_own")
    return _page(request, "account/password.html", {"form": form, "must": must})


@rule(SignedIn())
@never_cache
def sessions(request: HttpRequest) -> HttpResponseBase:
    user = _me(request)
    present = visits.current(request)
    return _page(request, "account/sessions.html", {"visits": user.visits.all(), "present": present})


@rule(SignedIn())
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    get_object_or_404(_me(request).visits, pk=pk).delete()
    messages.success(request, _("The session is ended."))
    return redirect("account_sessions")


@rule(SignedIn())
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponseBase:
    user = _me(request)
    services.end_sessions(user=user, by=user)
    visits.keep_only(request, user)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("account_sessions")


@rule(SignedIn())
@never_cache
def second_factor_page(request: HttpRequest) -> HttpResponseBase:
    user = _me(request)
    context = {
        "has_second_factor": second_factor.has_second_factor(user),
        "is_compulsory": second_factor.is_compulsory() and _workspace(user) == "desk",
    }
    return _page(request, "mfa/index.html", context)


@step_up.require_step_up
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Asks for the password or a code once more, then goes on to `next`."""
    target = request.GET.get("next", "")
    is_here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target) if is_here and target.startswith("/") else redirect("account_own")


def _in_work_shell(view: Any) -> Any:
    """An allauth page, asked for the password first and shown in the person's own shell."""

    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None)
        if context is not None:
            context["workspace"] = _workspace(_me(request)) or "desk"
        return response

    return step_up.require_step_up(never_cache(shown))


_setting_up = NotYetInOrder()

urlpatterns: list[URLPattern] = [
    path("login/", rule(Open())(views.login), name="account_login"),
    path("logout/", rule(Open())(views.logout), name="account_logout"),
    path("home/", home, name="account_home"),
    path("", own, name="account_own"),
    path("password/", rule(_setting_up)(change_password), name="account_change_password"),
    path("confirm/", rule(SignedIn())(confirm), name="account_reauthenticate"),
    path("confirm/code/", rule(SignedIn())(confirm), name="mfa_reauthenticate"),
    path("carried/", rule(SignedIn())(views.carried), name="account_carried"),
    path("carried/discard/", rule(SignedIn())(views.discard), name="account_carried_discard"),
    path("sessions/", sessions, name="account_sessions"),
    path("sessions/<int:pk>/end/", end_session, name="account_session_end"),
    path("sessions/end/", end_other_sessions, name="account_sessions_end"),
    path("second-factor/", second_factor_page, name="mfa_index"),
    path("second-factor/code/", rule(Open())(authenticate), name="mfa_authenticate"),
    path("second-factor/set-up/", rule(_setting_up)(_in_work_shell(activate_totp)), name="mfa_activate_totp"),
    path(
        "second-factor/remove/", rule(SignedIn())(_in_work_shell(deactivate_totp)), name="mfa_deactivate_totp"
    ),
    path(
        "second-factor/recovery/",
        rule(SignedIn())(_in_work_shell(view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery/new/",
        rule(SignedIn())(_in_work_shell(generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
]
