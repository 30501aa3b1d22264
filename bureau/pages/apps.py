from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "bureau.pages"
    label = "pages"
