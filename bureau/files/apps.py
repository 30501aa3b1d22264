from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "bureau.files"
    label = "files"
