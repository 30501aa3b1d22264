"""Lay the tables, the chart and the cast in the database that DATABASE_URL names."""

import io

import django

PASSWORD = "Copper-orchard-42-lantern"
COLLEAGUES = tuple(f"colleague_{number}" for number in range(10))  # without a post


def furnish() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from bureau.access import reorganisation
    from bureau.accounts.models import User
    from bureau.accounts.principals import System
    from bureau.deadlines.references import load_all
    from schools.services.reference import load_districts
    from tests.cast import make_cast, person

    MigrationRecorder(connection).ensure_schema()  # as every real house has it
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False, stdout=io.StringIO())
    reorganisation.load(reorganisation.read("jinzhong"), by=System("test charter loader"))
    for _loader, _loaded in load_all():
        pass
    load_districts()
    make_cast()
    for name in COLLEAGUES:
        person(name)
    clerk = User.objects.get(username="office_clerk")
    clerk.email = "office@example.org"  # each letter that arrives is told by mail
    clerk.set_password(PASSWORD)
    clerk.save()
    for name in ("basic_clerk", *COLLEAGUES):
        User.objects.filter(username=name).update(password=clerk.password)


if __name__ == "__main__":
    django.setup()
    furnish()
