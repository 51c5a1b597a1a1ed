"""`rounds serve`: the web server."""

from __future__ import annotations

import os
import socket

import click

from rounds.cli.django import start
from rounds.kit import children
from rounds.kit.refusal import Refusal

TARGET = "rounds.project.wsgi:application"
THREADS = 4
"""Requests one process answers at a time: most of a request is waiting for the database, the rest holds the GIL."""
NICE = 19
PATIENCE = 10
"""Seconds a process may finish what it is answering when it is asked to stop."""
HEAD_SECONDS, HEAD_BYTES = 10, 64 * 1024
"""How long and how large the head of a request may be; whoever drips or floods is cut off."""


class PortTaken(Refusal):
    """Something else listens on that port."""


class AssetsMissing(Refusal):
    """The styles and scripts are not collected; run `rounds assets collect` first, again after each update."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Processes (default: one a core, at most 2).")
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 16), help="Threads a process.")
def command(host: str, port: int, workers: int | None, threads: int) -> None:
    """Answer requests until it is stopped (Ctrl-C). A process that dies is replaced."""
    check_free(host, port)
    workers = workers or min(2, os.cpu_count() or 1)
    _load()
    check_assets()
    server = _server(host, port, workers, threads)
    _warm()
    click.echo(f"Rounds listens on http://{host}:{port} (stop it with Ctrl-C).")
    server.serve(target_loader=_in_child)


def check_free(host: str, port: int) -> None:
    """Raises PortTaken, with what to do, when `port` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {host} cannot be had ({error.strerror}); stop what uses it or choose another with --port."
            ) from error


def check_assets() -> None:
    """Raises AssetsMissing when production has nothing that browsers could load: every page would be a fault."""
    from django.conf import settings

    if settings.PRODUCTION and not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        raise AssetsMissing


def _load() -> None:
    """Import the whole application here, so that the processes forked below share its memory and start at once.

    No database connection may be open when they are forked: Django opens its pool at the first query.
    """
    import gc
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No directory at")  # outside production static files come from their sources
        start("web")
        from django.urls import get_resolver

        _application(TARGET)
        get_resolver().url_patterns  # noqa: B018 - imports every door
    gc.collect()
    gc.freeze()


def _warm() -> None:
    """Let a process of its own compile the statements of the dashboards that no process has yet, where everything else comes first.

    Forked, so that it imports nothing anew; twice, so that nobody has to wait for its end. It looks up between two statements
    whether the server is there still, and says nothing: whoever asks compiles what it did not.
    """
    server = os.getpid()
    first = os.fork()
    if first:
        os.waitpid(first, 0)
        return
    if os.fork():
        os._exit(0)
    try:
        os.setpgid(0, 0)
        os.nice(NICE)
        _compile(server)
    finally:
        os._exit(0)


def _compile(server: int) -> None:
    from contextlib import suppress

    from rounds.access.sight import EVERYTHING, sight
    from rounds.analytics.numbers.warming import warm
    from rounds.kit.clock import now
    from rounds.models.flow.active import active

    with suppress(Exception):
        with sight(EVERYTHING):
            book = active().playbook
        for _ in warm(book, now()):
            os.kill(server, 0)


def _application(target: str):
    import importlib

    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _in_child(target: str):
    """The application, in a process that answers: Ctrl-C is the parent's to hear, and its end is ours."""
    children.settle(os.getppid())
    return _application(target)


def _server(host: str, port: int, workers: int, threads: int):
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    return Granian(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=HEAD_BYTES),
    )
