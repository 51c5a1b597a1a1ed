"""A real mail server on loopback that does what real ones do: take, put off, refuse, hang, go away in the middle."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.conf import settings

from tests.serving import free_port


class Peer:
    """`plan[address]`: what each letter to it meets, in order ("take", "451", "550", "550 5.1.1", "drop", "hang"); then it is taken.
    `drop` takes the letter and goes away before it answers. `took`: (address, letter) of everything taken."""

    def __init__(self) -> None:
        self.took: list[tuple[str, bytes]] = []
        self.tried: list[str] = []
        self.plan: dict[str, list[str]] = defaultdict(list)
        self.free = threading.Event()
        self.pause = 0.0
        """Seconds each letter takes, before it is taken and again before that is said."""

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:
        to = envelope.rcpt_tos[0]
        self.tried.append(to)
        says = self.plan[to].pop(0) if self.plan[to] else "take"
        if says == "hang":
            while not self.free.is_set():
                await asyncio.sleep(0.05)
            return "451 too late"
        if says[:3].isdigit():
            return f"{says if says[3:] else f'{says} {says[0]}.1.0'} not <{to}>"
        await asyncio.sleep(self.pause)
        self.took.append((to, envelope.original_content))
        await asyncio.sleep(self.pause)
        if says == "drop":
            server.transport.abort()
        return "250 OK"

    def letters(self):
        """What was taken, read."""
        return [message_from_bytes(body, policy=default) for _, body in self.took]


@contextmanager
def mail_peer(**said) -> Iterator[tuple[Peer, int]]:
    """A server for the block: (what it does and took, its port)."""
    peer, port = Peer(), free_port()
    controller = Controller(peer, hostname="127.0.0.1", port=port, **said)
    controller.start()
    try:
        yield peer, port
    finally:
        peer.free.set()
        controller.stop()


def use(port: int, holder=settings, **said) -> None:
    """Have mail sent to the server at `port` for the length of a test (`holder`: pytest's settings)."""
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_patience": 2.0,
             "smtp_from": "Rounds <rounds@northwind-rounds.example>", **said}  # fmt: skip
    holder.CONFIG = settings.CONFIG.model_copy(update=given)
    holder.MAIL = "smtp"
