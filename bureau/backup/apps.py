from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "bureau.backup"
    label = "backup"
