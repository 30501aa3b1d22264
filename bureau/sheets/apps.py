from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "bureau.sheets"
    label = "sheets"
