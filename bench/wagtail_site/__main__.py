"""A small Wagtail site that answers one request for each line on its standard input: "article" or "list", whole or
bare ("bare article"); see models.py.

It runs under an interpreter of its own, because the portal does not depend on Wagtail. BENCH_SITE is a JSON
document with the articles; BENCH_DATABASE one with Django's settings of an empty database.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Links in the navigation and the footer, as many as the portal has.
CHANNELS, FOOTER = 6, 12
# As a new Wagtail project has it.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def configure() -> None:
    import django
    from django.conf import settings

    plain = ["auth", "contenttypes", "sessions", "messages", "staticfiles"]
    parts = ["sites", "users", "documents", "images", "search", "admin"]
    settings.configure(
        SECRET_KEY="invented for a benchmark",  # noqa: S106
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": json.loads(os.environ["BENCH_DATABASE"])},
        INSTALLED_APPS=[
            "bench.wagtail_site",
            *(f"wagtail.{name}" for name in parts),
            "wagtail.contrib.settings",
            "wagtail",
            "modelcluster",
            "taggit",
            *(f"django.contrib.{name}" for name in plain),
        ],
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(HERE / "templates")],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "wagtail.contrib.settings.context_processors.settings",
                    ]
                },
            }
        ],
        ROOT_URLCONF="wagtail.urls",
        LANGUAGE_CODE="zh-hans",
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
        WAGTAIL_SITE_NAME="bench",
        WAGTAILADMIN_BASE_URL="http://testserver",
        LOGGING_CONFIG=None,
    )
    django.setup()


def fill(articles: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """Addresses of the list and of the articles."""
    from django.core.management import call_command
    from wagtail.models import Page, Site

    from bench.wagtail_site.models import ArticlePage, Bureau, ListPage

    call_command("migrate", verbosity=0)
    home = Page.objects.get(depth=2)
    news = home.add_child(instance=ListPage(title="新闻", slug="news", show_in_menus=True))
    for number in range(CHANNELS - 1):
        home.add_child(instance=ListPage(title=f"频道{number}", slug=f"channel-{number}", show_in_menus=True))
    about = home.add_child(instance=ListPage(title="关于", slug="about"))
    for number in range(FOOTER):
        about.add_child(instance=ListPage(title=f"说明{number}", slug=f"about-{number}", show_in_menus=True))
    for row in articles:
        news.add_child(instance=ArticlePage(**row))
    site, _is_new = Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": home}
    )
    Bureau.objects.create(site=site, name="教育局", hotline="0354-0000000")
    return str(news.url), [f"{news.url}{row['slug']}/" for row in articles]


def main() -> None:
    configure()
    listed, addresses = fill(json.loads(Path(os.environ["BENCH_SITE"]).read_text(encoding="utf-8")))
    from django.test import Client

    client = Client()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        words = line.split()
        address = listed if words[-1] == "list" else random.choice(addresses[:1])  # noqa: S311
        response = client.get(address, {"bare": 1} if words[0] == "bare" else None)
        sys.stdout.write(f"{response.status_code} {len(response.content)}\n")
        sys.stdout.flush()


main()
