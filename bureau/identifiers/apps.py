from django.apps import AppConfig


class IdentifiersConfig(AppConfig):
    name = "bureau.identifiers"
    label = "identifiers"

    def ready(self) -> None:
        from bureau.identifiers import checks  # noqa: F401
