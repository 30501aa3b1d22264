"""The school workspace, namespace "school": its own topics, then the generated pages."""

from django.urls import URLPattern, URLResolver, include, path

from bureau.desk import delegation, inbox, jobs, notices, saved_views, search
from bureau.pages.urls import urlpatterns_for

app_name = "school"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bureau.desk.school_users")),
    # path("", include("bureau.desk.<topic>")), one line each
    path("", include(inbox.school_urlpatterns)),
    path("", include(delegation.school_urlpatterns)),
    path("", include(jobs.school_urlpatterns)),
    path("", include(notices.school_urlpatterns)),
    path("", include(saved_views.school_urlpatterns)),
    path("", include(search.school_urlpatterns)),
    *urlpatterns_for("school"),
]
