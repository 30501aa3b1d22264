from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "bureau.outbox"
    label = "outbox"
