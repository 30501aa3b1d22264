"""Everybody's tokens, under /desk/tokens/, for the security administrator: seen and revoked, never made."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from bureau.access.services import permitted
from bureau.access.views import Ground, rule
from bureau.accounts.models import User
from bureau.accounts.step_up import require_step_up
from bureau.api import services
from bureau.api.models import ApiToken
from bureau.pages.forms import PortalForm

ROWS = 100


class RevokeForm(PortalForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stands in the audit; name no personal data.")
    )


def _me(request: HttpRequest) -> User:
    return cast(User, request.principal)  # type: ignore[attr-defined]


@rule(Ground("accounts.manage"))
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    rows = permitted(_me(request), "view", ApiToken).select_related("owner")
    part = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "api/all_tokens.html", {"workspace": "desk", "tokens": part})


@rule(Ground("accounts.manage"))
@require_step_up
@never_cache
def token_revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = permitted(_me(request), "revoke", ApiToken).select_related("owner")
    token = get_object_or_404(rows, pk=pk)
    form = RevokeForm(request.POST or None, principal=_me(request))
    if request.method == "POST" and form.is_valid():
        services.revoke_token(token=token, by=_me(request), reason=form.cleaned_data["reason"])
        messages.success(request, _t("The token is revoked: no program gets in with it any more."))
        return redirect("all_tokens")
    context = {"workspace": "desk", "form": form, "token": token}
    return render(request, "api/token_revoke.html", context, status=422 if form.errors else 200)


urlpatterns: list[URLPattern] = [
    path("", tokens, name="all_tokens"),
    path("<int:pk>/revoke/", token_revoke, name="all_tokens_revoke"),
]
