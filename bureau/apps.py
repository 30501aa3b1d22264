from django.apps import AppConfig
from django.conf import settings


class BureauConfig(AppConfig):
    """The last app: when it is ready, every other one is, and the registries are filled and frozen."""

    name = "bureau"
    label = "bureau"

    def ready(self) -> None:
        from bureau.registry import fill_registries

        if settings.REDIS_URL:
            from bureau.celery import Publisher
            from bureau.outbox.publishers import PUBLISHERS

            PUBLISHERS.add("celery", Publisher(settings.REDIS_URL))
        fill_registries()
