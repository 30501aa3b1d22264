from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bureau.accounts"
    label = "accounts"

    def ready(self) -> None:
        from bureau.accounts import receivers  # noqa: F401
