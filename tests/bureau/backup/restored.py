"""Asked in the restored place, by a process of its own: what is there, and does it work? Answers in JSON."""

import json
import sys

import django


def answer() -> dict[str, object]:
    from django.test import Client

    from bureau.audit.sealing import seal, verify
    from bureau.backup import databases
    from bureau.files import keeping
    from bureau.outbox.services import enqueue
    from tests.bureau.backup.asked import grants, people

    signed_in = Client()
    carried = Client()
    carried.cookies["sessionid"] = sys.argv[1]
    posted = signed_in.post("/account/login/", {"login": "office_clerk", "password": sys.argv[2]})
    report = keeping.reconcile(with_digests=True)
    effect = enqueue("jobs.nothing")
    seal()
    return {
        "grants": grants(),
        "people": people(),
        "next": effect.pk,
        "lagging": databases.lagging_sequences(),
        "audit": verify().faults,
        "files": report.count,
        "sign_in": (posted.status_code, signed_in.get("/desk/").status_code),
        "old_session": carried.get("/desk/").status_code,
        "triggers": _missing_triggers(),
    }


def _missing_triggers() -> list[str]:
    from django.db import connection

    from bureau.audit import triggers

    return triggers.missing(connection)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(answer()))
