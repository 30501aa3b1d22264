"""Signing in and out. The rules of these views stand where they are mounted."""

from __future__ import annotations

import math

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from bureau.accounts import carry, device, sender, sign_in
from bureau.accounts.forms import SignInForm
from bureau.accounts.models import User


@sensitive_post_parameters("password")
@never_cache
def login(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page. It may carry a form along whose session had ended (`carried`)."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request) or settings.LOGIN_REDIRECT_URL)
    if request.method != "POST":
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    attempt = sign_in.attempt(
        login=form.cleaned_data["login"],
        password=form.cleaned_data["password"],
        sender=sender.network(request),
        device=device.of(request),
    )
    if attempt.locked_until is not None:
        return _locked(request, attempt)
    if attempt.user is None:
        form.add_error(None, str(attempt.refusal))
        return _page(request, form)
    return _enter(request, attempt.user)


def _enter(request: HttpRequest, user: User) -> HttpResponseBase:
    """On to the second factor, or in. Only now, with the person known, is the carried form kept."""
    signed = request.POST.get("carried", "")
    target = _next(request)
    if carry.read(signed, user_id=user.pk):
        request.session[carry.SESSION_KEY] = signed
        target = settings.LOGIN_REDIRECT_URL
    elif signed:
        messages.warning(
            request, _("What was typed before sign-in belonged to another session and was not kept.")
        )
    entry = Login(user=user, redirect_url=target or settings.LOGIN_REDIRECT_URL)
    response: HttpResponseBase = perform_password_login(request, {"username": user.username}, entry)
    return response


def _page(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    signed = request.POST.get("carried", "")
    carried = carry.read(signed)
    return _render(request, form, carried, signed if carried else "", _next(request), status)


def _render(
    request: HttpRequest,
    form: SignInForm,
    carried: carry.Carried | None,
    signed: str,
    after: str,
    status: int,
) -> HttpResponse:
    context = {"form": form, "carried": carried, "signed": signed, "next": after, "nav": "sign_in"}
    return render(request, "account/login.html", context, status=status)


def _locked(request: HttpRequest, attempt: sign_in.Attempt) -> HttpResponse:
    until = attempt.locked_until or timezone.now()
    wait = until - timezone.now()
    context = {"until": until, "minutes": max(1, math.ceil(wait.total_seconds() / 60))}
    response = render(request, "account/locked.html", context, status=429)
    response["Retry-After"] = str(max(1, math.ceil(wait.total_seconds())))
    return response


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, or ""."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if here and target.startswith("/") else ""


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """What a signed-out person gets at a page that needs an account. A posted form is carried along."""
    if request.method in ("GET", "HEAD"):
        return _to_sign_in(request, request.get_full_path())
    carried = carry.from_post(request)
    if carried is None:
        return _lost(request)
    response = _render(request, SignInForm(), carried, carried.sign(), "", 401)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def _to_sign_in(request: HttpRequest, after: str) -> HttpResponse:
    target = f"{redirect(settings.LOGIN_URL).url}?{urlencode({'next': after})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return HttpResponseRedirect(target)


def _lost(request: HttpRequest) -> HttpResponse:
    """Nobody knows whose form this is, or it is too large: say so; it goes to no other person."""
    context = {"form": SignInForm(), "nothing_kept": True, "next": "", "nav": "sign_in"}
    return render(request, "account/login.html", context, status=401)


@never_cache
def logout(request: HttpRequest) -> HttpResponseBase:
    """A GET asks, a POST signs out."""
    if request.method == "POST":
        auth.logout(request)
        return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)
    return render(request, "account/logout.html")


@never_cache
def carried(request: HttpRequest) -> HttpResponse:
    """The form that waited, filled as it was: one button sends it again, nothing is sent by itself."""
    found = carry.read(request.session.get(carry.SESSION_KEY, ""), user_id=request.user.pk or 0)
    request.session["carried_shown"] = found is not None
    return render(request, "account/carried.html", {"carried": found}, status=200 if found else 410)


@never_cache
def discard(request: HttpRequest) -> HttpResponseBase:
    """Forget the form that waited."""
    if request.method == "POST":
        request.session.pop(carry.SESSION_KEY, None)
        request.session.pop("carried_shown", None)
    return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
