from django.apps import AppConfig


class CharterConfig(AppConfig):
    name = "bureau.charter"
    label = "charter"
