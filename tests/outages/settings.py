"""The test settings for processes of their own: another place for files, other keys, limits that can be met."""

import os

from bureau.settings import environment as env
from bureau.settings.test import *  # noqa: F403

FILES_ROOT = os.environ.get("OUTAGE_FILES", FILES_ROOT)  # noqa: F405
if "OUTAGE_KEY" in os.environ:
    FIELD_KEYS = {"k1": env.derived_key(os.environ["OUTAGE_KEY"], "field key k1")}

# Made without the history of migrations: it has tests of its own, and takes longer than everything here. Only what
# brings back a database that was made with them must know them.
if "OUTAGE_MIGRATIONS" not in os.environ:
    MIGRATION_MODULES = {config.split(".")[-1]: None for config in INSTALLED_APPS}  # noqa: F405

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    limits = ("synchronous_commit=off", "lock_timeout=1s", "statement_timeout=20s")
    DATABASES["default"]["OPTIONS"]["options"] = " ".join(f"-c {one}" for one in limits)  # noqa: F405

if "DATABASE_REPLICA_URL" in os.environ:  # as the settings of production read it
    DATABASES["replica"] = env.database("", "DATABASE_REPLICA_URL")  # noqa: F405
    DATABASE_ROUTERS = ["bureau.replica.ReplicaRouter"]

# One sender writes all the letters.
LETTERS_PER_SENDER = LETTERS_PER_CONTACT = 1000
