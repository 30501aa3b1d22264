"""Production refuses to start half-prepared, and says in a sentence what is missing."""

import base64
import os
import subprocess
import sys

import pytest
from django.conf import settings

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
COMPLETE = {
    "SECRET_KEY": "nR4vQ8sW1zX6cV3bN9mK2lJ7hG5fD0aP4oI8uY6tR1eW3qZ9xC",
    "ALLOWED_HOSTS": "portal.example.org",
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:5432/portal",
    "FIELD_KEYS": f"k1:{KEY}",
    "LOOKUP_KEY": KEY,
    "PUBLIC_URL": "https://portal.example.org",
}


def run(arguments, **changes):
    """`manage.py …` on production settings with exactly this environment."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "bureau.settings.production"}
    environment |= {name: value for name, value in {**COMPLETE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "Set the environment variable SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too weak"),
        (
            {"SECRET_KEY": "demo-only-not-a-secret-this-key-signs-nothing-that-matters"},
            "SECRET_KEY is a key from the source code",
        ),
        ({"DEBUG": "true"}, "DEBUG is set"),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS"),
        ({"DATABASE_URL": None}, "Production runs on PostgreSQL"),
        ({"DATABASE_URL": "sqlite:////tmp/x.sqlite3"}, "Production runs on PostgreSQL"),
        ({"FIELD_KEYS": None}, "Set FIELD_KEYS"),
        ({"FIELD_KEYS": "k1"}, "FIELD_KEYS must be a list"),
        ({"LOOKUP_KEY": None}, "Set LOOKUP_KEY"),
        ({"LOOKUP_KEY": "short"}, "is not base64 of 32 bytes"),
        ({"LOOKUP_KEY": f"{KEY},short"}, "'LOOKUP_KEY, place 2' is not base64 of 32 bytes"),
        ({"LOOKUP_KEY": f"{KEY},{KEY}"}, "LOOKUP_KEY holds the same key twice"),
        ({"LOOKUP_KEY": f"k2:{KEY}"}, "LOOKUP_KEY must be one key, or a list"),
        ({"PUBLIC_URL": "http://portal.example.org"}, "PUBLIC_URL must begin with https://"),
        ({"NOTICE_EMAIL": "table"}, "NOTICE_EMAIL must be one of: off, smtp."),
        ({"SMS_GATEWAY": "table"}, "SMS_GATEWAY must be one of: off."),
        ({"PAGE_PROXY_SECONDS": "40"}, "must not be more than 60"),
        ({"FILES_STORAGE_OPTIONS": "bucket"}, "FILES_STORAGE_OPTIONS must be a JSON object"),
        ({"DATABASE_REPLICA_URL": "sqlite:////tmp/x.sqlite3"}, "set DATABASE_REPLICA_URL to postgres://"),
        ({"AUDIT_TERM_DAYS": "30"}, "AUDIT_TERM_DAYS must be at least 180"),
    ],
)
def test_production_refuses_to_start(changes, sentence):
    done = run(["check"], **changes)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_check_deploy_has_no_warning():
    done = run(["check", "--deploy", "--fail-level", "INFO"])
    assert (done.stdout, done.stderr) == ("System check identified no issues (3 silenced).\n", "")


SHOW = """
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)
print(s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_SSL_REDIRECT)
print(s.DATABASES["default"]["OPTIONS"]["options"])
print(getattr(s, "SECURE_PROXY_SSL_HEADER", None))
"""


def test_cookies_belong_to_this_host_over_tls_alone():
    shown = run(["shell", "--no-imports", "-c", SHOW]).stdout.splitlines()
    assert shown[0] == "__Host-session __Host-csrf True True"
    assert shown[1] == "True True"


def test_no_statement_lock_or_idle_transaction_holds_others_up():
    shown = run(["shell", "--no-imports", "-c", SHOW], DATABASE_LOCK_SECONDS="7").stdout
    assert "-c statement_timeout=30s -c lock_timeout=7s -c idle_in_transaction_session_timeout=120s" in shown


@pytest.mark.parametrize(("flag", "header"), [("", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")])
def test_a_proxys_header_is_believed_only_where_a_proxy_is_set(flag, header):
    shown = run(["shell", "--no-imports", "-c", SHOW], BEHIND_TLS_PROXY=flag or None).stdout
    assert shown.splitlines()[3] == header


DATABASES = """
from django.conf import settings as s
for alias, entry in s.DATABASES.items():
    print(alias, entry["NAME"], entry["OPTIONS"].get("options"), entry["DISABLE_SERVER_SIDE_CURSORS"])
print(s.DATABASE_ROUTERS, s.STORAGES["attachments"])
"""


def test_a_copy_a_pooler_and_another_storage_are_a_matter_of_settings():
    changes = {
        "DATABASE_REPLICA_URL": "postgres://portal:secret@127.0.0.1:5432/copy",
        "DATABASE_POOLED": "true",
        "FILES_STORAGE": "django.core.files.storage.InMemoryStorage",
        "FILES_STORAGE_OPTIONS": '{"base_url": "/x/"}',
    }
    shown = run(["shell", "--no-imports", "-c", DATABASES], **changes).stdout.splitlines()
    assert shown[:2] == ["default portal None True", "replica copy None True"]
    storage = {"BACKEND": changes["FILES_STORAGE"], "OPTIONS": {"base_url": "/x/"}}
    assert shown[2] == f"['bureau.replica.ReplicaRouter'] {storage}"
