"""What a connected mailbox brings, without the mailbox: the two looks a worker takes at each batch."""

from __future__ import annotations

from rounds.actions.reach import capture
from rounds.kit.clock import now
from rounds.models import Mailbox, Message
from rounds.rules.reach.mail_heads import head_of
from rounds.rules.reach.mail_texts import mail_of


def bring(box: Mailbox, *raws: bytes, at=None) -> list[Message]:
    """Bring these mails in one batch; what was kept of them, in the order they were brought."""
    at = at or now()
    number = box.cursor.get("n", 0)
    keys = {f"INBOX/{number + i}": raw for i, raw in enumerate(raws, 1)}
    wanted = capture.screen(box, [head_of(key, raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]) for key, raw in keys.items()])
    mails = [mail_of(head.key, keys[head.key], 20_000) for head in wanted]
    capture.store(box, mails, seen=len(raws), was=box.cursor, cursor={"n": number + len(raws)}, by=capture.who_reads(box), at=at)
    ids = [head_of("", raw).message_id for raw in raws]
    rows = {row.message_id: row for row in Message.objects.filter(message_id__in=ids)}
    return [rows[one] for one in ids if one in rows]
