"""Everything under /api/v1/, one block of addresses per kind of record."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from bureau.access.views import rule
from bureau.api.access import ApiCaller, ApiRecords
from bureau.api.beside import FilesView, FileView, HistoryView, WithdrawView
from bureau.api.docs import docs
from bureau.api.resources import Resource, resources
from bureau.api.schema import SchemaView
from bureau.api.views import DetailView, ListView, RootView, StepView

app_name = "api"


def _of(resource: Resource) -> list[URLPattern]:
    """List, record, history, files, and one address per step."""
    base, name = resource.path, resource.label.replace(".", "_")
    options: dict[str, Any] = {"resource": resource}
    view = rule(ApiRecords(resource, "view"))
    found = [
        path(base, view(ListView.as_view(**options)), name=f"{name}_list"),
        path(f"{base}<int:pk>/", view(DetailView.as_view(**options)), name=f"{name}_detail"),
    ]
    found.append(
        path(f"{base}<int:pk>/history/", view(HistoryView.as_view(**options)), name=f"{name}_history")
    )
    if resource.has_files:
        found += _files(f"{base}<int:pk>/files/", name, view, options)
    for step in resource.steps:
        marked = rule(ApiRecords(resource, step.right))(StepView.as_view(step=step, **options))
        found.append(path(f"{base}<int:pk>/{step.name}/", marked, name=f"{name}_{step.name}"))
    return found


def _files(base: str, name: str, view: Any, options: dict[str, Any]) -> list[URLPattern]:
    """The files of a record: all, one more, one, one taken back."""
    one = f"{base}<int:file>/"
    return [
        path(base, view(FilesView.as_view(**options)), name=f"{name}_files"),
        path(one, view(FileView.as_view(**options)), name=f"{name}_file"),
        path(f"{one}withdraw/", view(WithdrawView.as_view(**options)), name=f"{name}_withdraw_file"),
    ]


_caller = rule(ApiCaller())
urlpatterns: list[URLPattern] = [
    path("", _caller(RootView.as_view()), name="root"),
    path("schema/", _caller(SchemaView.as_view()), name="schema"),
    path("docs/", docs, name="docs"),
    *(pattern for resource in resources() for pattern in _of(resource)),
]
