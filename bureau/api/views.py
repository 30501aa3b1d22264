"""The generic views: one list, one record, one step per kind of record."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bureau.accounts.models import User
from bureau.api import reading, services, writing
from bureau.api.access import token_of
from bureau.api.calling import Caller, Named
from bureau.api.faults import Fault
from bureau.api.parsing import JSONParser
from bureau.api.resources import Resource, resources
from bureau.pages.pagesets import PageSet
from bureau.workflow.declare import Transition

LONGEST_KEY = 200


class ApiView(APIView):
    """What all views here share: JSON in, JSON out, default deny."""

    authentication_classes = [Caller]
    permission_classes = [Named]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    metadata_class = None

    @property
    def me(self) -> User:
        return cast(User, self.request.user)


class RecordsView(ApiView):
    """A view over one kind of record. `as_view(resource=…)`."""

    resource: Resource = None  # type: ignore[assignment]

    @cached_property
    def pageset(self) -> PageSet:
        found = self.resource.pageset_for(self.me)
        if found is None:
            raise PermissionDenied(_("None of your roles includes this."))
        return found

    @property
    def sent(self) -> dict[str, Any]:
        """The object of the body, as the parser has checked it; nothing is an empty one."""
        return dict(cast("dict[str, Any]", self.request.data))

    @property
    def given(self) -> dict[str, Any]:
        """The object that was sent, without the version."""
        return {name: value for name, value in self.sent.items() if name != "version"}

    @property
    def version(self) -> str:
        """What the caller read: If-Match, or "version" in the object. "*" names none."""
        tag = self.request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        sent = self.sent.get("version", "")
        return tag.replace("*", "") or (str(sent) if isinstance(sent, str | int) else "")

    def once_key(self, purpose: str) -> str:
        given = self.request.headers.get("Idempotency-Key", "")
        if len(given) > LONGEST_KEY:
            raise Fault(400, _("The Idempotency-Key is too long."))
        return writing.once_key(self.me, f"{self.resource.label}.{purpose}", given)

    def shown(self, pk: int, *, status: int = 200) -> Response:
        """The record as it stands now; without content where it left the caller's reach."""
        record = self.pageset.rows(self.me).filter(pk=pk).first()
        if record is None:
            return Response(status=204)
        found = reading.whole(self.resource, self.pageset, record, self.me)
        response = Response(found, status=status)
        response.headers["ETag"] = f'"{found["version"]}"'
        return response

    def note(self, count: int, **more: Any) -> None:
        token = token_of(self.request._request)
        services.note_read(by=self.me, token=token, model=self.resource.model, count=count, **more)


class ListView(RecordsView):
    """GET a page of the list; POST a new record."""

    def get(self, request: Request) -> Response:
        part = reading.part(self.pageset, self.me, request._request.GET)
        self.note(len(part.rows), filters=part.filters)
        link = quote(request.path) + part.query if part.query else None
        return Response({"results": part.rows, "next": link})

    def post(self, request: Request) -> Response:
        if not self.resource.can_add:
            raise MethodNotAllowed("POST")
        record = writing.add(self.pageset, self.me, self.given, key=self.once_key("add"))
        response = self.shown(record.pk, status=201)
        response.headers["Location"] = f"{quote(request.path)}{record.pk}/"
        return response


class DetailView(RecordsView):
    """GET, PATCH (some fields) or PUT (all fields) one record."""

    def get(self, request: Request, pk: int) -> Response:
        writing.find(self.pageset, self.me, pk)
        self.note(1, pk=pk)
        return self.shown(pk)

    def patch(self, request: Request, pk: int) -> Response:
        return self._change(pk, is_whole=False)

    def put(self, request: Request, pk: int) -> Response:
        return self._change(pk, is_whole=True)

    def _change(self, pk: int, *, is_whole: bool) -> Response:
        if not self.resource.can_change:
            raise MethodNotAllowed(str(self.request.method))
        version, given = self.version, self.given
        writing.change(self.resource, self.pageset, self.me, pk, given, version=version, is_whole=is_whole)
        return self.shown(pk)


class StepView(RecordsView):
    """POST one step of a record's life. `as_view(resource=…, step=…)`."""

    step: Transition = None  # type: ignore[assignment]

    def post(self, request: Request, pk: int) -> Response:
        writing.take_step(
            self.resource,
            self.pageset,
            self.me,
            pk,
            self.step,
            self.given,
            version=self.version,
            key=self.once_key(f"{pk}.{self.step.name}"),
        )
        return self.shown(pk)


class RootView(ApiView):
    """The kinds of record that are open to the caller, and where they are."""

    def get(self, request: Request) -> Response:
        base = quote(request.path)
        found = [
            {"name": one.path.rstrip("/"), "title": pageset.heading, "url": base + one.path}
            for one in resources()
            if (pageset := one.pageset_for(self.me)) is not None
        ]
        return Response({"resources": found, "schema": f"{base}schema/", "docs": f"{base}docs/"})
