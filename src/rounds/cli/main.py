"""The `rounds` command. Groups are imported when they are asked for, so that `--help` is instant."""

from __future__ import annotations

import importlib
import sys

import click

from rounds.kit.refusal import Refusal

COMMANDS = {
    "demo": ("rounds.cli.demo", "Start everything on the embedded database and open the demo"),
    "simulate": ("rounds.cli.simulate", "Write a synthetic company of two years, or its columns"),
    "serve": ("rounds.cli.serve", "Run the web server"),
    "assets": ("rounds.cli.assets", "Make styles and scripts ready for production"),
    "worker": ("rounds.cli.worker", "Run the background worker"),
    "migrate": ("rounds.cli.migrate", "Bring the database up to date: tables, roles, row security"),
    "playbook": ("rounds.cli.playbook", "Check, compare and publish the playbook"),
    "automation": ("rounds.cli.automation", "See, try, switch and replay automations"),
    "explain": ("rounds.cli.explain", "Ask any rule of the playbook for its verdict and its reasons"),
    "universe": ("rounds.cli.universe", "Load the public hospital files"),
    "duplicates": ("rounds.cli.duplicates", "Look for records that are the same one twice"),
    "import": ("rounds.cli.imports", "Import records from CSV or Excel"),
    "lead": ("rounds.cli.lead", "Add and import leads"),
    "deal": ("rounds.cli.deal", "List deals, show where one stands, work on it, move and close it"),
    "competitor": ("rounds.cli.competitor", "Competitors: what is known of them, and from where"),
    "content": ("rounds.cli.content", "The library of content: list, add, approve, retire"),
    "handoff": ("rounds.cli.handoff", "Hand-offs between departments: list, give, accept, finish"),
    "customers": ("rounds.cli.customers", "Customers: how they are, readings, issues, renewals, ideas"),
    "sequence": ("rounds.cli.sequence", "Sequences: what came of them, who is enrolled, a dry run"),
    "template": ("rounds.cli.template", "Texts: which there are, and one as a person would get it"),
    "letter": ("rounds.cli.letter", "One letter to one person: tried, written, shown, let go"),
    "campaign": ("rounds.cli.campaign", "One-off sends: what came of them; stop one"),
    "enrolment": ("rounds.cli.enrolment", "Enrolments: what comes next and why it waits; pause, resume, stop"),
    "poc": ("rounds.cli.poc", "Proofs of concept: how they stand, from draft to decision"),
    "mailbox": ("rounds.cli.mailbox", "Connect mailboxes and say whose mail is kept"),
    "task": ("rounds.cli.task", "List tasks and tick them off"),
    "meeting": ("rounds.cli.meeting", "Meetings: free times, booked, moved, held"),
    "contract": ("rounds.cli.contract", "Contracts: reviewed, approved, signed, ended"),
    "proposal": ("rounds.cli.proposal", "Proposals: drafted on a quote, sent, opened, answered"),
    "quote": ("rounds.cli.quote", "Quotes: drafted, approved, accepted; concessions"),
    "metric": ("rounds.cli.metric", "Any number of the house, with why it is what it is"),
    "forecast": ("rounds.cli.forecast", "What a quarter brings, and how right such forecasts were"),
    "report": ("rounds.cli.report", "Reports: make one, list what was told, who gets them"),
    "numbers": ("rounds.cli.numbers", "Keep how deals stand each day, give quotas, take the tables out"),
    "warehouse": ("rounds.cli.warehouse", "The star schema for Tableau and Power BI, as a folder and as SQL views"),
    "user": ("rounds.cli.user", "Add people, log-in links and API tokens"),
    "compliance": ("rounds.cli.compliance", "Run the compliance checks"),
    "retention": ("rounds.cli.retention", "What is kept too long: plan, run, certificates"),
    "audit": ("rounds.cli.audit", "Verify, anchor and hand out the audit trail"),
    "route": ("rounds.cli.route", "Try the routing out: who would get which leads"),
    "keys": ("rounds.cli.keys", "Make, rotate and retire the keys that seal columns and backups"),
    "backup": ("rounds.cli.backup", "Back the database up, encrypted, to any second"),
    "restore": ("rounds.cli.restore", "Restore a backup as it was at a moment, beside what runs"),
    "outbound": ("rounds.cli.outbound", "Stop everything that leaves, and let it go on"),
    "release": ("rounds.cli.release", "Let a restored copy speak to the outside"),
    "phi": ("rounds.cli.phi", "Look for patient data in a text"),
    "subject": ("rounds.cli.subject", "Find, show and erase a person in the data"),
}


class Lazy(click.Group):
    """A group whose commands live in modules of their own, each exporting `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return importlib.import_module(COMMANDS[name][0]).command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rounds")
def rounds() -> None:
    """Rounds: the revenue platform for companies that sell to US hospitals."""


def main() -> None:
    """Run the command; a refusal is one sentence on stderr and exit status 2."""
    try:
        status = rounds(standalone_mode=False)  # click answers the status of its own Exit instead of raising it
        sys.exit(status if isinstance(status, int) else 0)
    except Refusal as refusal:
        click.echo(f"rounds: {refusal}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("rounds: stopped; what was finished is kept.", err=True)
        sys.exit(130)
