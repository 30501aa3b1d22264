"""The trial's data: make it, forget it, say who may sign in."""

from __future__ import annotations

import importlib
import io
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.demo import DemoRun, new_password
from bureau.files import storage
from bureau.files.models import Attachment
from bureau.models import DemoMark


class Command(BaseCommand):
    help = (
        "seed: invented data into an empty database; clean: forget it; accounts: who may sign in, and where."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["seed", "clean", "accounts"])
        parser.add_argument("--size", choices=["small", "city"], default="small")
        parser.add_argument("--charter", default="jinzhong")

    def handle(self, *args: Any, act: str, size: str, charter: str, **options: Any) -> None:
        if act == "seed":
            self.seed(size, charter)
        elif act == "clean":
            self.clean()
        else:
            self.accounts()

    # -- seed ---------------------------------------------------------------------------------------------

    def seed(self, size: str, charter: str) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        mark = DemoMark.objects.first()
        if mark is None and (User.objects.exists() or Unit.objects.exists()):
            raise CommandError(
                "This database holds data that the demo did not make. Nothing was changed. "
                "Name an empty database in DATABASE_URL."
            )
        if mark is not None and mark.is_complete:
            return
        self.stdout.write(f"Making invented data ({size}); this is done once.")
        password = new_password()
        run = DemoRun(
            size=size,
            charter=charter,
            today=timezone.localdate(),
            password_hash=make_password(password),
            say=self.say,
        )
        with transaction.atomic():
            DemoMark.objects.all().delete()
            mark = DemoMark.objects.create(size=size, charter=charter, password=password)
            call_command("reference", verbosity=0)
            call_command("charter", "load", charter, verbosity=0, stdout=io.StringIO())
            run.step("reference data and the charter")
            for module in self.seeding_modules():
                module.seed(run)
            call_command("search", "rebuild", stdout=io.StringIO())
            run.step("search index")
            mark.is_complete = True
            mark.save()
        run.step("ready")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def seeding_modules(self) -> list[Any]:
        """The `demo` modules of every app and room, lowest floor first."""
        names = []
        for config in apps.get_app_configs():
            if config.name != "bureau" and not config.name.startswith(("django.", "allauth")):
                names += [
                    f"{config.name}.demo",
                    *(f"{config.name}.{room}.demo" for room in getattr(config, "rooms", ())),
                ]
        return [importlib.import_module(name) for name in names if find_spec(name) is not None]

    # -- clean --------------------------------------------------------------------------------------------

    def clean(self) -> None:
        if "bureau_demomark" not in connection.introspection.table_names():
            self.stdout.write("There is no demo here; nothing to forget.")
            return
        if not DemoMark.objects.exists():
            raise CommandError("This database is not marked as a demo. Nothing was changed.")
        self.forget_attachments()
        if connection.vendor == "sqlite":
            path = str(settings.DATABASES["default"]["NAME"])
            connection.close()
            self.remove_files(path)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
        self.stdout.write("The demo's data is gone; `make demo` makes it anew.")

    def forget_attachments(self) -> None:
        """What the demo's records carry; files of another database in the same folder stay."""
        if "files_attachment" in connection.introspection.table_names():
            for name in Attachment.objects.values_list("stored_as", flat=True):
                storage.remove(name)

    def remove_files(self, path: str) -> None:
        from pathlib import Path

        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    # -- accounts -----------------------------------------------------------------------------------------

    def accounts(self) -> None:
        mark = DemoMark.objects.first()
        if mark is None:
            return
        address = settings.PUBLIC_URL
        self.stdout.write("")
        self.stdout.write(
            f"The portal is at {address}/  – every person, school and figure in it is invented."
        )
        self.stdout.write(f"Password of every account below: {mark.password}")
        for module in self.seeding_modules():
            for account in getattr(module, "ACCOUNTS", ()):
                if User.objects.filter(username=account.username, is_active=True).exists():
                    self.stdout.write(
                        f"  {account.username:22} {account.who:52} {address}{account.workspace}"
                    )
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
