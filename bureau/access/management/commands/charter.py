"""manage.py charter load|diff NAME [--moves FILE] [--write-moves FILE], charter check [NAME]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from bureau.access import moves_files, reorganisation
from bureau.access.checks import charter_findings
from bureau.access.report_lines import report_lines
from bureau.access.succession import Moves
from bureau.accounts.principals import System
from bureau.charter.chart import Chart
from bureau.charter.files import WrongFile
from bureau.charter.selectors import chart_in_force

BY = System("charter command")


class Command(BaseCommand):
    help = "Load an organisation chart, show what it would change, or check the one in force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load", "check", "diff"])
        parser.add_argument(
            "name", nargs="?", default="", help="a file in charters/ without .toml, or a path"
        )
        parser.add_argument(
            "--moves", default="", help="where people and records go, as diff --write-moves made it"
        )
        parser.add_argument("--write-moves", default="", help="diff: write such a file")

    def handle(self, *args: Any, **options: Any) -> None:
        action, name = options["action"], options["name"]
        if not name and action != "check":
            raise CommandError(_("Name a chart: a file in charters/, or a path."))
        try:
            chart = reorganisation.read(name) if name else None
            if action == "check":
                self.check_charter(chart)
            elif chart is not None:
                moves = self.moves(options["moves"], chart)
                if action == "load":
                    self.load(chart, moves)
                else:
                    self.diff(chart, moves, options["write_moves"])
        except WrongFile as error:
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from error

    @staticmethod
    def moves(path: str, chart: Chart) -> Moves | None:
        return moves_files.read_moves(Path(path), chart=chart, running=chart_in_force()) if path else None

    def load(self, chart: Chart, moves: Moves | None) -> None:
        try:
            report = reorganisation.load(chart, by=BY, moves=moves)
        except reorganisation.NoDestination as error:
            advice = _("Nothing was changed. Prepare the moves with: %(command)s") % {
                "command": f"manage.py charter diff {chart.key} --write-moves FILE"
            }
            raise CommandError("\n".join([*error.sentences(), advice])) from error
        for line in report_lines(report):
            self.stdout.write(line)

    def diff(self, chart: Chart, moves: Moves | None, write_to: str) -> None:
        report = reorganisation.preview(chart, moves)
        for line in report_lines(report):
            self.stdout.write(line)
        running = chart_in_force()
        if write_to and running is not None:
            moves_files.write_moves(Path(write_to), reorganisation.prepared_moves(chart), chart, running)
            self.stdout.write(_("The moves stand in %(file)s.") % {"file": write_to})

    def check_charter(self, chart: Chart | None) -> None:
        findings = charter_findings(chart)
        for finding in findings:
            self.stdout.write(str(finding))
        if any(finding.is_failure for finding in findings):
            raise CommandError(_("The charter in force has faults; they are listed above."))
        self.stdout.write(_("The charter in force is in order."))
