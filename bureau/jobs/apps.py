from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bureau.jobs"
    label = "jobs"
