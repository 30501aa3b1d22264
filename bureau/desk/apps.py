from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "bureau.desk"
    label = "desk"
