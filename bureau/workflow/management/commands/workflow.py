"""workflow check | rebuild | draw KIND"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.workflow import items
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.drawing import mermaid


class Command(BaseCommand):
    help = "Prove that work items, statuses and histories agree; rebuild the items; draw a workflow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("check", help="list what does not agree; fails if there is anything")
        actions.add_parser("rebuild", help="make the work items of every record anew")
        draw = actions.add_parser("draw", help="a workflow as a Mermaid diagram")
        draw.add_argument("kind", help="such as office.letter")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "check":
            self.check_items()
        elif options["action"] == "rebuild":
            self.stdout.write(f"The work items of {items.rebuild()} records were made anew.")
        else:
            self.draw(options["kind"])

    def check_items(self) -> None:
        found = list(items.disagreements())
        if found:
            raise CommandError("\n".join([*found, "`manage.py workflow rebuild` makes the work items anew."]))
        self.stdout.write("Work items, statuses and histories agree.")

    def draw(self, kind: str) -> None:
        workflow = WORKFLOWS.get(kind)
        if workflow is None:
            raise CommandError(f"No such kind. There are: {', '.join(WORKFLOWS.keys()) or 'none'}.")
        self.stdout.write(mermaid(workflow))
