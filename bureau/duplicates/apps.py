from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "bureau.duplicates"
    label = "duplicates"
