"""Who may call: somebody signed in, or a program with a person's token. Answers in JSON, never a redirect."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.access.views import Records, Rule
from bureau.accounts.gates import unfinished
from bureau.accounts.models import User
from bureau.api.models import ApiToken
from bureau.api.resources import Resource
from bureau.public import errors

SAFE = ("GET", "HEAD", "OPTIONS")


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token with which this request came; None for a signed-in browser."""
    found: ApiToken | None = getattr(request, "api_token", None)
    return found


def not_signed_in(request: HttpRequest) -> HttpResponse:
    """401, the same for no token, a wrong, an old, a revoked one, and for a person who has left."""
    reason = _("Send a valid token: Authorization: Bearer …, or sign in.")
    response = errors.as_json(request, 401, reason)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


class ApiCaller(Rule):
    """Anyone with an account in order, through a session or a token; a token writes only if it may."""

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        return check_caller(request)


class ApiRecords(Records):
    """Likewise, over one kind of record: one of its workspaces must be open to the person."""

    def __init__(self, resource: Resource, verb: str) -> None:
        super().__init__(next(iter(resource.pagesets)), verb, resource.model)
        self.resource = resource

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        answer = check_caller(request)
        if answer is None and self.resource.pageset_for(self.principal(request)) is None:
            raise PermissionDenied(_("None of your roles includes this."))
        return answer


def check_caller(request: HttpRequest) -> HttpResponseBase | None:
    user = request.user
    if not isinstance(user, User):
        return not_signed_in(request)
    if unfinished(user, is_staff=standing(user).may_on_the_ground("desk.open")):
        raise PermissionDenied(
            _("Your account is not in order yet. Sign in with a browser and follow the pages.")
        )
    token = token_of(request)
    if token is not None and request.method not in SAFE and not token.may_write:
        raise PermissionDenied(_("This token only reads. Make one that may write."))
    return None
