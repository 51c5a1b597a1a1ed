"""Microsoft Graph and Gmail, spoken to as peers on loopback: on from a cursor, tokens renewed, never said elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from rounds.connectors.mailboxes.box import LogInFailed, MailboxFailed
from rounds.connectors.mailboxes.gmail import GmailBox
from rounds.connectors.mailboxes.graph import GraphBox
from rounds.connectors.mailboxes.oauth import Asking, Provider, Tokens, exchanged, way_in
from rounds.rules.reach.mail_heads import head_of
from tests.mailbox_peers import CLIENT, SECRET, provider_peer
from tests.mails import mail

pytestmark = pytest.mark.req("PLUS-31", "INTEG-14")
OLIVIA, ROSA = "Olivia Grant <olivia@northwind-rounds.example>", "Rosa Diaz <rosa@newfound.example>"
BOXES = [("graph", GraphBox), ("gmail", GmailBox)]
SINCE = date(2026, 1, 1)


@pytest.fixture
def peer():
    with provider_peer() as found:
        for number in range(5):
            found.put(mail(ROSA, OLIVIA, id=f"{number}@x.example"))
        found.put(mail(OLIVIA, ROSA, id="sent@x.example", answers="1@x.example"), "sentitems")
        yield found


def asking(peer, kind="graph", access="first", refresh=None):
    kept = []
    told = Provider(kind, kind.title(), f"{peer.base}/authorize", f"{peer.base}/token", peer.base, "mail", CLIENT, SECRET,
                    allow=frozenset({peer.base.removeprefix("http://")}))  # fmt: skip
    return Asking(told, Tokens(access, refresh or peer.refresh, 0), kept.append), kept


def through(box, cursor):
    """Everything new: (heads, the cursor behind them)."""
    heads = []
    for look in box.look(cursor, most=2, since=SINCE):
        heads += [head_of(slip.key, slip.head) for slip in look.slips]
        cursor = look.cursor
    return heads, cursor


@pytest.mark.parametrize(("kind", "box"), BOXES)
def test_it_is_read_on_from_where_it_was(peer, kind, box):
    opened = box(asking(peer, kind)[0])
    heads, cursor = through(opened, {})
    assert sorted(head.message_id for head in heads) == sorted([f"<{n}@x.example>" for n in range(5)] + ["<sent@x.example>"])
    assert {head.sender.address for head in heads} == {"rosa@newfound.example", "olivia@northwind-rounds.example"}
    assert all(head.at for head in heads)
    assert through(opened, cursor)[0] == []
    key = peer.put(mail(ROSA, OLIVIA, id="new@x.example"))
    heads, cursor = through(opened, cursor)
    assert [head.message_id for head in heads] == ["<new@x.example>"]
    assert b"<new@x.example>" in opened.fetch([key, "gone"])[key]
    assert peer.bodies == [key], "only what was asked for"


@pytest.mark.parametrize(("kind", "box"), BOXES)
def test_a_reader_that_stops_half_way_goes_on_there(peer, kind, box):
    opened = box(asking(peer, kind)[0])
    look = next(iter(opened.look({}, most=2, since=SINCE)))
    heads, _ = through(opened, look.cursor)
    assert len(heads) + len(look.slips) == 6


@pytest.mark.parametrize(("kind", "box"), BOXES)
def test_a_place_that_is_forgotten_there_is_read_anew(peer, kind, box):
    opened = box(asking(peer, kind)[0])
    _, cursor = through(opened, {})
    peer.forgotten = True
    heads, cursor = through(opened, cursor)
    heads += through(opened, cursor)[0]
    assert len({head.message_id for head in heads}) >= 5


def test_a_token_that_ran_out_is_renewed_once_and_kept(peer):
    asked, kept = asking(peer, access="old")
    assert GraphBox(asked).address() == peer.address
    assert [one.access for one in kept] == [peer.access]
    asked, _ = asking(peer, access="old", refresh="taken back")
    with pytest.raises(LogInFailed, match="connect the mailbox again"):
        GraphBox(asked).address()


def test_it_is_never_said_elsewhere_and_busy_is_said(peer):
    asked, _ = asking(peer)
    with pytest.raises(MailboxFailed, match="leads elsewhere"):
        asked.get("http://127.0.0.1:1/v1.0/me")
    peer.busy = 1
    with pytest.raises(MailboxFailed, match="busy"):
        asked.get(f"{peer.base}/v1.0/me")


def test_a_code_without_its_proof_is_worth_nothing(peer):
    told = asking(peer)[0].provider
    code, state = peer.agree(way_in(told, redirect="http://x/", state="s", verifier="v" * 43))
    assert state == "s"
    with pytest.raises(LogInFailed):
        exchanged(told, code, verifier="another", redirect="http://x/")
    code, _ = peer.agree(way_in(told, redirect="http://x/", state="s", verifier="v" * 43))
    assert exchanged(told, code, verifier="v" * 43, redirect="http://x/").access == peer.access
