"""The `rounds` command. Groups are imported when they are asked for, so that `--help` is instant."""

from __future__ import annotations

import importlib
import sys

import click

from rounds.kit.refusal import Refusal

COMMANDS = {
    "demo": ("rounds.cli.demo", "Start everything on the embedded database and open the demo"),
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
    "deal": ("rounds.cli.deal", "List deals, show where one stands, move and close it"),
    "customers": ("rounds.cli.customers", "List customers and check how they are"),
    "poc": ("rounds.cli.poc", "How proofs of concept stand"),
    "task": ("rounds.cli.task", "List tasks and tick them off"),
    "contract": ("rounds.cli.contract", "List contracts; an address for a signature service"),
    "quote": ("rounds.cli.quote", "List quotes and look at one"),
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
