"""The tests: on SQLite without any service, or on what DATABASE_URL and REDIS_URL name."""

import os
import tempfile
from pathlib import Path

from bureau.settings import environment as env
from bureau.settings.base import *

SECRET_KEY = "test-only"  # noqa: S105
FIELD_KEYS = {"k1": env.derived_key(SECRET_KEY, "field key k1")}
LOOKUP_KEY = env.derived_key(SECRET_KEY, "lookup key")
STYLEGUIDE_IS_OPEN = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in the trial: WAL and locks behave as they will; one per process.
    DATABASES["default"]["TEST"] = {
        "NAME": str(Path(tempfile.gettempdir()) / f"portal-test-{os.getpid()}.sqlite3")
    }
else:
    # A test's database need not outlive a power cut; what is under test is the portal, not the disk.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
STAFF_SECOND_FACTOR = False
PAGE_KEPT_SECONDS = 0  # each test sees its own database; the tests of kept pages switch it on
_FILES = tempfile.TemporaryDirectory(prefix="portal-test-files-")  # goes with the process
FILES_ROOT = _FILES.name
FILES_FREE_MB = 1
SQLITE_PAUSE_SECONDS = 0  # nobody else writes into a test's database
LETTERS_MIN_SECONDS = 0  # tests type faster than people; the limit has tests of its own
INSTALLED_APPS.insert(-1, "tests.workflow_app")  # a small kind of record that walks through the engine
INSTALLED_APPS.insert(-1, "tests.pages_app")  # declared kinds of record, ordinary and tracked

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected for tests, but the folder is asked for
