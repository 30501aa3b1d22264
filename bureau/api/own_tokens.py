"""My tokens, under /account/tokens/: made after the password was asked once more, shown once, revoked."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bureau.access.services import may_on_the_ground, permitted
from bureau.access.views import SignedIn, rule
from bureau.accounts.models import User
from bureau.accounts.step_up import require_step_up
from bureau.api import services
from bureau.api.models import ApiToken, Scope
from bureau.pages.dates import DateInput
from bureau.pages.forms import PortalForm
from bureau.pages.views.forms import put_errors


class TokenForm(PortalForm):
    """What the owner says of a new token."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Which program uses it, and where it runs.")
    )
    scope = forms.ChoiceField(
        label=_("What it may do"), choices=Scope.choices, initial=Scope.READ, widget=forms.RadioSelect
    )
    expires_on = forms.DateField(
        label=_("Valid until"),
        widget=DateInput,
        help_text=_("The program stops working on the day after. Choose no longer than you need."),
    )


def _me(request: HttpRequest) -> User:
    return cast(User, request.principal)  # type: ignore[attr-defined]


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """In the shell of the person's own workspace."""
    workspace = "desk" if may_on_the_ground(_me(request), "desk.open") else "school"
    return render(request, template, {"workspace": workspace, **context}, status=status)


@rule(SignedIn())
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    rows = permitted(_me(request), "view", ApiToken).filter(owner=_me(request)).select_related("owner")
    return page(request, "api/tokens.html", {"tokens": rows, "days": services.latest_day()})


@rule(SignedIn())
@require_step_up
@never_cache
def token_add(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, principal=_me(request))
    if request.method == "POST" and form.is_valid():
        made = _made(form, _me(request))
        if made is not None:
            return page(request, "api/token_shown.html", {"token": made[0], "text": made[1]}, status=201)
    latest: date = services.latest_day()
    return page(request, "api/token_add.html", {"form": form, "latest": latest}, 422 if form.errors else 200)


def _made(form: TokenForm, me: User) -> tuple[ApiToken, str] | None:
    """The token and its text; None with the sentences at the form."""
    try:
        return services.make_token(owner=me, by=me, **form.cleaned_data)
    except ValidationError as error:
        put_errors(form, error)
        return None


@rule(SignedIn())
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    token = get_object_or_404(permitted(_me(request), "revoke", ApiToken).filter(owner=_me(request)), pk=pk)
    services.revoke_token(token=token, by=_me(request))
    messages.success(request, _t("The token is revoked: no program gets in with it any more."))
    return redirect("own_tokens")


urlpatterns: list[URLPattern] = [
    path("", tokens, name="own_tokens"),
    path("new/", token_add, name="own_token_add"),
    path("<int:pk>/revoke/", token_revoke, name="own_token_revoke"),
]
