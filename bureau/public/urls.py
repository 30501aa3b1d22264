"""Public addresses below /{lang}/: the shell's own pages and what apps mounted."""

from django.urls import URLPattern, URLResolver, include, path

from bureau.public import files, search_page, tracking, views
from bureau.public.site import MOUNTS

app_name = "public"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("search/", search_page.search, name="search"),
    path("channels/<slug:key>/", views.channel, name="channel"),
    path("about/duties/", views.duties, name="duties"),
    path("track/", tracking.ask, name="track"),
    path("track/status/", tracking.status, name="track_status"),
    path("track/leave/", tracking.leave, name="track_leave"),
    path("files/<int:pk>/", files.file, name="file"),
    path("help/accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("sitemap/", views.sitemap, name="sitemap"),
    *(path(one.prefix, include(list(one.urlpatterns))) for one in MOUNTS),
]
