from django.apps import AppConfig


class PagesAppConfig(AppConfig):
    name = "tests.pages_app"
    label = "pages_app"
