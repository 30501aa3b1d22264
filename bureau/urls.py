"""Every address of the portal, and the rule of each third-party view."""

from django.urls import URLPattern, URLResolver, include, path

from bureau.public import health, icons, site_map, styleguide, views
from bureau.public.languages import in_both_languages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.root, name="root"),
    path("favicon.ico", icons.favicon, {"name": "favicon.ico", "content_type": "image/x-icon"}, name="icon"),
    path(
        "favicon.svg", icons.favicon, {"name": "emblem.svg", "content_type": "image/svg+xml"}, name="icon_svg"
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", site_map.robots, name="robots"),
    path("sitemap.xml", site_map.sitemap_index, name="sitemap_index"),
    path("sitemap-<int:number>.xml", site_map.sitemap_file, name="sitemap_file"),
    path("modes/", views.set_mode, name="modes"),
    path("account/language/", views.set_work_language, name="work_language"),
    path("account/tokens/", include("bureau.api.own_tokens")),
    path("account/", include("bureau.desk.account")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:shell>/", styleguide.styleguide, name="styleguide"),
    path("api/v1/", include("bureau.api.urls")),
    path("desk/tokens/", include("bureau.api.all_tokens")),
    path("desk/", include("bureau.desk.urls")),
    path("school/", include("bureau.desk.school_urls")),
    in_both_languages(path("", include("bureau.public.urls"))),
]

handler400 = "bureau.public.errors.bad_request"
handler403 = "bureau.public.errors.forbidden"
handler404 = "bureau.public.errors.not_found"
handler500 = "bureau.database.server_error"
