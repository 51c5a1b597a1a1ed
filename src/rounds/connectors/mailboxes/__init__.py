"""Mailboxes as they are spoken to: IMAP, Microsoft Graph, Gmail. Each reads on from a cursor, in batches (`box`)."""
