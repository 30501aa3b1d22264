from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "bureau.deadlines"
    label = "deadlines"
