"""Mail as it went and came: threads, messages, the links in them and who followed them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from rounds.models.base import Row, Signed
from rounds.models.sealed import SealedText

KINDS = ("sent", "answer", "away", "bounce", "soft_bounce", "complaint", "automatic", "list")
WENT = ("queued", "sent", "unknown", "bounced")
"""States of an outgoing mail that reached, or may have reached, somebody."""


class Thread(Row, Signed):
    """Mails that belong together by Message-ID and References, whoever's mailbox they were found in."""

    retention = "contact"
    sight = "about"

    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="threads", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="threads", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="threads", db_index=False)
    subject = models.TextField(blank=True, default="")
    last_at = models.DateTimeField()
    mails = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["opportunity", "-last_at"], name="thread_deal", condition=Q(opportunity__isnull=False)),
            models.Index(fields=["lead", "-last_at"], name="thread_lead", condition=Q(lead__isnull=False)),
            models.Index(fields=["account", "-last_at"], name="thread_account", condition=Q(account__isnull=False)),
        ]


class Message(Row, Signed):
    """One mail, kept once however many mailboxes hold it: its Message-ID is unique.

    `direction` out: by one of ours (`user`), from a sequence (`enrolment`), a campaign or by hand; in: by somebody outside.
    Of outgoing mail `at` is when it was decided, `sent_at` when the server took it. Caps count by `contact_index` (the blind
    index of the address) and `buying_unit`, whoever sent and from wherever. `why` says what an incoming mail was taken for.
    Of a mail that was found in a mailbox `at` is when it was written; `to` and `cc` name people as they were named there.
    """

    retention = "contact"
    sight = "about"

    thread = models.ForeignKey("rounds.Thread", on_delete=models.CASCADE, related_name="messages", db_index=False)
    mailbox = models.ForeignKey("rounds.Mailbox", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    user = models.ForeignKey("rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    direction = models.TextField()
    kind = models.TextField(default="sent")
    why = models.TextField(blank=True, default="")
    message_id = models.TextField(unique=True)
    in_reply_to = models.TextField(blank=True, default="")
    references = ArrayField(models.TextField(), default=list, blank=True)
    sender = models.TextField()
    to = ArrayField(models.TextField(), default=list, blank=True)
    cc = ArrayField(models.TextField(), default=list, blank=True)
    subject = models.TextField(blank=True, default="")
    text = SealedText(blank=True, default="")
    files = models.JSONField(default=list, blank=True)
    """Names and sizes of what was attached; the files themselves stay in the mailbox."""
    account = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="messages", db_index=False)
    buying_unit = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    lead = models.ForeignKey("rounds.Lead", null=True, blank=True, on_delete=models.CASCADE, related_name="messages", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="messages", db_index=False)
    contact = models.ForeignKey("rounds.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages", db_index=False)
    contact_index = models.TextField(blank=True, default="")
    purpose = models.TextField(blank=True, default="")
    enrolment = models.ForeignKey("rounds.Enrolment", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages", db_index=False)
    step = models.TextField(blank=True, default="")
    template = models.TextField(blank=True, default="")
    variant = models.TextField(blank=True, default="")
    playbook_hash = models.TextField(blank=True, default="")
    delivery_id = models.UUIDField(null=True, blank=True, unique=True)
    state = models.TextField(blank=True, default="")
    """Of outgoing mail: waiting (for its time), queued, sent, bounced, refused, unknown, dropped."""
    quotes = models.BooleanField(default=False)
    """Of an answer: whether the mail it answers stands below it, as it was written."""
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.TextField(blank=True, default="")
    goes_at = models.DateTimeField(null=True, blank=True)
    """Of a letter written by hand that waits: when it is looked at, or looked at again."""
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact_index", "-sent_at"], name="message_person", condition=Q(direction="out")),
            models.Index(fields=["buying_unit", "-sent_at"], name="message_unit", condition=Q(direction="out")),
            models.Index(fields=["user", "-sent_at"], name="message_user", condition=Q(direction="out")),
            models.Index(fields=["enrolment"], name="message_enrolment", condition=Q(enrolment__isnull=False)),
            models.Index(fields=["opportunity", "-at"], name="message_deal", condition=Q(opportunity__isnull=False)),
            models.Index(fields=["lead", "-at"], name="message_lead", condition=Q(lead__isnull=False)),
            models.Index(fields=["account", "-at"], name="message_account", condition=Q(account__isnull=False)),
            models.Index(fields=["contact", "-at"], name="message_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["goes_at", "id"], name="message_waiting", condition=Q(state="waiting")),
            models.Index(fields=["thread", "at"], name="message_thread"),
            models.Index(fields=["contact_index", "at"], name="message_heard", condition=Q(direction="in")),
            # What belongs together is found by equal texts alone: under row security nothing else may use an index.
            models.Index(fields=["in_reply_to"], name="message_answers", condition=~Q(in_reply_to="")),
            models.Index(F("references__0"), name="message_root", condition=~Q(in_reply_to="")),
        ]


class MessageLink(Row):
    """A link of an outgoing mail: what the recipient follows is a random token, kept as its digest alone. Number 0 is the one
    by which they unsubscribe; it has no `url`."""

    retention = "contact"
    sight = "closed"

    message = models.ForeignKey("rounds.Message", on_delete=models.CASCADE, related_name="links")
    number = models.SmallIntegerField()
    url = models.TextField(blank=True, default="")
    digest = models.TextField(unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="link_once")]


class MessageHit(Row):
    """Somebody, or something, asked for a link of a mail (`number` -1: its picture). `machine`: why it was no person."""

    retention = "contact"
    sight = "closed"

    message = models.ForeignKey("rounds.Message", on_delete=models.CASCADE, related_name="hits")
    number = models.SmallIntegerField()
    at = models.DateTimeField()
    method = models.TextField(default="GET")
    agent = models.TextField(blank=True, default="")
    network = models.TextField(blank=True, default="")
    """Where it came from, cut to its network."""
    machine = models.TextField(blank=True, default="")
    counted_at = models.DateTimeField(null=True, blank=True)
    """When it was taken for a person's: not before a scanner would have followed the other links."""

    class Meta:
        indexes = [
            models.Index(fields=["message", "at"], name="hit_message"),
            models.Index(fields=["at"], name="hit_waiting", condition=Q(counted_at=None, machine="")),
        ]
