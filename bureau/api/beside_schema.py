"""The description of what stands beside a record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bureau.api import parameters
from bureau.api.beside import BesideView, FilesView, HistoryView, WithdrawView
from bureau.api.components import body, ref, thing
from bureau.api.operations import Operation, faults, of
from bureau.api.resources import Resource
from bureau.api.shapes import Schema


def schemas() -> dict[str, Schema]:
    """Shared by all kinds of record."""
    text, yes_no = {"type": "string"}, {"type": "boolean"}
    moment = {"type": "string", "format": "date-time"}
    fields = {"type": "array", "items": text}
    line = {"at": moment, "step": text, "title": text, "who": text, "reason": text, "fields": fields}
    file = {
        "id": {"type": "integer"},
        **dict.fromkeys(("kind", "kind_text", "name", "type", "added_by", "why_closed", "withdrawal"), text),
        "size": {"type": "integer"},
        "added_at": moment,
        **dict.fromkeys(("is_open", "is_withdrawn", "may_withdraw"), yes_no),
    }
    return {
        "HistoryLine": thing(line),
        "History": thing({"results": {"type": "array", "items": ref("HistoryLine")}}),
        "File": {"type": "object", "properties": file, "required": ["id"]},
        "Files": thing({"results": {"type": "array", "items": ref("File")}}),
        "Withdrawal": thing({"reason": {"type": "string", "minLength": 1, "maxLength": 500}}),
    }


def operation(view: BesideView, method: str) -> Operation | None:
    resource = view.resource
    if isinstance(view, HistoryView):
        return _history(resource)
    if isinstance(view, WithdrawView):
        return _withdraw(resource)
    if isinstance(view, FilesView):
        return _files(resource) if method == "GET" else _add(resource)
    return _content(resource)


def _words(sentence: str, resource: Resource) -> str:
    return sentence % {"kind": resource.first.one}


def _history(resource: Resource) -> Operation:
    answers = {"200": body(_("Newest first."), ref("History")), **faults(401, 403, 404, 429)}
    found = of(resource, "history", _words(_("History: %(kind)s"), resource), answers)
    return {**found, "parameters": [parameters.KEY()]}


def _files(resource: Resource) -> Operation:
    answers = {"200": body(_("As the page lists them."), ref("Files")), **faults(401, 403, 404, 429)}
    found = of(resource, "files", _words(_("Files: %(kind)s"), resource), answers)
    return {**found, "parameters": [parameters.KEY()]}


def _add(resource: Resource) -> Operation:
    answers = {
        "201": body(_("The new file."), ref("File")),
        "507": body(_("There is no room for files at present."), ref("Fault")),
        **faults(400, 401, 403, 404, 409, 413, 415, 422, 429),
    }
    found = of(resource, "add_file", _words(_("Add a file: %(kind)s"), resource), answers)
    kinds = {kind.key for pageset in resource.pagesets.values() for kind in pageset.attachments}
    sent = thing(
        {
            "kind": {"type": "string", "enum": sorted(kinds)},
            "file": {"type": "string", "format": "binary"},
        }
    )
    return {
        **found,
        "description": _("Checked by its content as on the page. The same content twice answers 409."),
        "parameters": [parameters.KEY()],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": sent}}},
    }


def _content(resource: Resource) -> Operation:
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    answers = {
        "200": {"description": _("The content, under its own type."), "content": content},
        **faults(401, 403, 404, 409, 429),
    }
    found = of(resource, "file", _words(_("Download a file: %(kind)s"), resource), answers)
    return {**found, "parameters": [parameters.KEY(), parameters.FILE()]}


def _withdraw(resource: Resource) -> Operation:
    answers = {
        "204": {"description": _("The file is out of reach; its line stays.")},
        **faults(400, 401, 403, 404, 409, 413, 415, 422, 429),
    }
    found = of(resource, "withdraw_file", _words(_("Withdraw a file: %(kind)s"), resource), answers)
    sent = {"required": True, "content": {"application/json": {"schema": ref("Withdrawal")}}}
    return {**found, "parameters": [parameters.KEY(), parameters.FILE()], "requestBody": sent}
