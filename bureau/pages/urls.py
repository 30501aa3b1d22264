"""Addresses follow from the declarations: /<workspace>/<app>/<slug>/…"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.views import View

from bureau.access.views import Records, rule
from bureau.pages.models import BulkAct
from bureau.pages.pagesets import PageSet, Workspace, mounted
from bureau.pages.sheets import short, url_name
from bureau.pages.views import sheets
from bureau.pages.views.act import ActView
from bureau.pages.views.bulk import BulkView
from bureau.pages.views.bulk_result import BulkResultView, BulkWorkbookView
from bureau.pages.views.detail import DetailView, HistoryView, PrintView
from bureau.pages.views.export import ExportView, ResultView, WorkbookView
from bureau.pages.views.files import FilesView, attachment_patterns
from bureau.pages.views.forms import AddView, EditView
from bureau.pages.views.list import ListView
from bureau.pages.views.shares import SharesView
from bureau.sheets.models import ResultFile, SheetUpload

# kind of page → address below the list, view, verb of its rule
VIEWS: dict[str, tuple[str, type[View], str]] = {
    "list": ("", ListView, "view"),
    "add": ("new/", AddView, "add"),
    "export": ("export/", ExportView, "export"),
    "export_xlsx": ("export/workbook/", WorkbookView, "export"),
    "bulk": ("bulk/", BulkView, "view"),
    "detail": ("<int:pk>/", DetailView, "view"),
    "edit": ("<int:pk>/edit/", EditView, "change"),
    "files": ("<int:pk>/files/", FilesView, "view"),
    "history": ("<int:pk>/history/", HistoryView, "view"),
    "shares": ("<int:pk>/shares/", SharesView, "view"),
    "print": ("<int:pk>/print/", PrintView, "view"),
    "do": ("<int:pk>/do/<slug:name>/", ActView, "view"),
}


# page of a workbook → address below the list, view, and whether an upload's key stands in it
SHEET_VIEWS: dict[str, tuple[str, type[sheets.SheetView], bool]] = {
    "": ("", sheets.SheetPage, False),
    "template": ("template/", sheets.TemplateView, False),
    "upload": ("<int:pk>/", sheets.UploadPage, True),
    "save": ("<int:pk>/save/", sheets.UploadSave, True),
    "returned": ("<int:pk>/returned/", sheets.ReturnedView, True),
    "discard": ("<int:pk>/discard/", sheets.DiscardView, True),
}


def urlpatterns_for(workspace: Workspace) -> list[URLResolver]:
    """The generated pages of a workspace, one namespace per app: "desk:office:letter_list"."""
    apps: dict[str, list[URLPattern | URLResolver]] = {}
    for _name, pageset in mounted(workspace):
        own = [*pageset.extra_urls(workspace), *_sheets(pageset, workspace), *_patterns(pageset, workspace)]
        apps.setdefault(pageset.app_label, []).append(path(f"{pageset.slug}/", include(own)))
    apps.setdefault("files", []).extend(attachment_patterns(workspace))
    return [path(f"{label}/", include((patterns, label))) for label, patterns in apps.items()]


def _patterns(pageset: PageSet, workspace: Workspace) -> list[URLPattern]:
    found = [_pattern(pageset, workspace, kind) for kind in VIEWS if kind in pageset.kinds(workspace)]
    found += [_result(pageset, workspace)] if pageset.exports else []
    return [*found, *_bulk_results(pageset, workspace)] if pageset.bulk else found


def _sheets(pageset: PageSet, workspace: Workspace) -> list[URLPattern]:
    """The workbooks of a kind of record: …/sheets/roster/, …/sheets/roster/17/."""
    found = []
    for key in pageset.sheets:
        for kind, (route, view, has_key) in SHEET_VIEWS.items():
            own = rule(Records(workspace, "view", SheetUpload if has_key else pageset.model))
            marked = own(view.as_view(pageset=pageset, workspace=workspace, key=key))
            name = url_name(pageset, workspace, key, kind).rpartition(":")[2]
            found.append(path(f"sheets/{short(key)}/{route}", marked, name=name))
    return found


def _result(pageset: PageSet, workspace: Workspace) -> URLPattern:
    """A finished export, by its own key."""
    view = ResultView.as_view(pageset=pageset, workspace=workspace)
    marked = rule(Records(workspace, "view", ResultFile))(view)
    return path("export/workbook/<int:pk>/", marked, name=f"{pageset.model_name}_result")


def _bulk_results(pageset: PageSet, workspace: Workspace) -> list[URLPattern]:
    """What a job did with many records: the page, and the workbook."""
    own = rule(Records(workspace, "view", BulkAct))
    views: dict[str, tuple[str, type[View]]] = {
        "bulk_result": ("bulk/<int:pk>/", BulkResultView),
        "bulk_workbook": ("bulk/<int:pk>/workbook/", BulkWorkbookView),
    }
    return [
        path(
            route,
            own(view.as_view(pageset=pageset, workspace=workspace)),
            name=f"{pageset.model_name}_{kind}",
        )
        for kind, (route, view) in views.items()
    ]


def _pattern(pageset: PageSet, workspace: Workspace, kind: str) -> URLPattern:
    route, view, verb = VIEWS[kind]
    options: dict[str, Any] = {"pageset": pageset, "workspace": workspace}
    own: Any = pageset.views.get(kind, view)
    marked = rule(Records(workspace, verb, pageset.model))(own.as_view(**options))
    found: URLPattern = path(route, marked, name=f"{pageset.model_name}_{kind}")
    return found
