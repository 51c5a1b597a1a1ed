"""Options that several commands take."""

from __future__ import annotations

import click

JSON = click.option("--json", "as_json", is_flag=True, help="Answer with data.")
BY = click.option("--by", "who", help="The e-mail address of the person who does this (else: the command line).")
