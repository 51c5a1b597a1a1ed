"""Backups of a PostgreSQL, encrypted, to any second: a base now and then, every segment of the write-ahead log since.

FOLDER/
  cluster.json             whose backups these are: the number of the PostgreSQL cluster
  base/20261122T031500Z/   data.enc (a tar of the cluster), manifest.json (written last: without it there is no backup)
  wal/000000010000000000000003.enc    one segment each, and the .history file of each restore

Everything is sealed with a backup key of the ring (`crypt`), the manifests carry a proof made with it. Nothing here
knows what is stored.
"""

from .base import Taken, take
from .catalog import Backup, Store, Stretch
from .checking import Checked, verify
from .refusal import BackupRefused
from .restoring import Restored, restore
from .server import Source
from .shipping import archive, ship

__all__ = ["Backup", "BackupRefused", "Checked", "Restored", "Source", "Store", "Stretch", "Taken", "archive", "restore",
           "ship", "take", "verify"]  # fmt: skip
