"""The bureau workspace, namespace "desk": one line per topic, then the generated pages."""

from django.urls import URLPattern, URLResolver, include, path

from bureau.pages.urls import urlpatterns_for

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bureau.desk.accounts")),
    # path("", include("bureau.desk.<topic>")), one line each
    path("", include("bureau.desk.audit")),
    path("", include("bureau.desk.calendar")),
    path("", include("bureau.desk.charter")),
    path("", include("bureau.desk.inbox")),
    path("", include("bureau.desk.delegation")),
    path("", include("bureau.desk.jobs")),
    path("", include("bureau.desk.notices")),
    path("", include("bureau.desk.outgoing")),
    path("", include("bureau.desk.saved_views")),
    path("", include("bureau.desk.search")),
    path("", include("bureau.desk.shares")),
    *urlpatterns_for("desk"),
]
