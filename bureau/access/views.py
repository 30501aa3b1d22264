"""Every view names its rule. A view without one is refused by the middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from bureau.access.services import may_on_the_ground
from bureau.access.standing import standing
from bureau.accounts.gates import unfinished
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Principal
from bureau.accounts.views import ask_to_sign_in

V = TypeVar("V", bound=Callable[..., Any])


class Rule:
    """Who may open a view at all. The records on it are a matter of `permitted`."""

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        """None lets pass; a response is sent instead; PermissionDenied refuses."""
        raise PermissionDenied

    def principal(self, request: HttpRequest) -> Principal:
        user = request.user
        return user if isinstance(user, User) else PUBLIC

    def __str__(self) -> str:
        return type(self).__name__


class Open(Rule):
    """Anyone. The page never looks at request.user and asks as PUBLIC."""

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        return None

    def principal(self, request: HttpRequest) -> Principal:
        return PUBLIC


class SignedIn(Rule):
    """Anyone with an account in use, who has a password of his or her own and, if staff, the second factor."""

    # False on the very pages where these are set up.
    in_order = True

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        user = request.user
        if not isinstance(user, User):
            return ask_to_sign_in(request)
        first = (
            unfinished(user, is_staff=standing(user).may_on_the_ground("desk.open")) if self.in_order else ""
        )
        return redirect(first) if first else None


class NotYetInOrder(SignedIn):
    """Anyone with an account, even before the password was changed: the pages that put it in order."""

    in_order = False


class Ground(SignedIn):
    """Who has a ground-floor verb: Ground("calendar.import")."""

    def __init__(self, verb: str) -> None:
        self.verb = verb

    def check(self, request: HttpRequest) -> HttpResponseBase | None:
        answer = super().check(request)
        if answer is None:
            decision = may_on_the_ground(self.principal(request), self.verb)
            if not decision:
                raise PermissionDenied(decision.reason)
        return answer

    def __str__(self) -> str:
        return f"Ground({self.verb})"


class Records(Ground):
    """A page over records: the workspace must be open to the person; `permitted(verb, model)` decides the rest."""

    def __init__(self, workspace: str, verb: str, model: type[Model]) -> None:
        super().__init__(f"{workspace}.open")
        self.record_verb = verb
        self.model = model

    def __str__(self) -> str:
        return f"Records({self.record_verb} {self.model._meta.label_lower})"


def rule(which: Rule) -> Callable[[V], V]:
    """Decorate a view function, or the result of `as_view()`, with its rule."""

    def mark(view: V) -> V:
        view.access_rule = which  # type: ignore[attr-defined]
        return view

    return mark
