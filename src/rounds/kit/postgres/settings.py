"""How the server is set: safe on disk, small in memory, no network."""

from __future__ import annotations

import json
from pathlib import Path

# Rewritten at each start; ALTER SYSTEM wins over it, so an operator can still tune a server.
FILE = "launcher.conf"

ACCESS = """\
# Written by the launcher at each start. The socket's folder is 0700: whoever gets here owns the data anyway.
local all all trust
local replication all trust
"""

_SETTINGS = """\
# Written by the launcher at each start: use ALTER SYSTEM to change a setting.

# Only the private socket.
listen_addresses = ''
unix_socket_permissions = 0700

# What was committed stays committed.
fsync = on
full_page_writes = on
synchronous_commit = on

# Small when idle; a laptop's worth when busy.
max_connections = 60
shared_buffers = 256MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 1GB
wal_buffers = 16MB
max_wal_size = 4GB
min_wal_size = 80MB
huge_pages = off
jit = off
max_worker_processes = 4
max_parallel_workers_per_gather = 1
autovacuum_max_workers = 2
max_logical_replication_workers = 0
random_page_cost = 1.1

# The log may be archived from the first backup on (archive.sh says how); until then nothing is kept.
archive_mode = on
archive_command = 'sh ../archive.sh "%p" "%f"'
archive_timeout = {timeout}s

# The same answers on every machine.
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, mdy'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.english'

# A quiet log: errors, and statements slow enough to be worth a look.
log_destination = 'stderr'
logging_collector = off
log_min_messages = warning
log_checkpoints = off
log_min_duration_statement = 5s
log_line_prefix = '%m [%p] %u '
"""

# Named settings that only a later PostgreSQL knows. Asynchronous readers are three more idle processes.
_SINCE = {18: "io_method = sync\n"}

_ARCHIVE = """\
#!/bin/sh
# Written by the launcher at each start: PostgreSQL's archive_command. $1 is a file of the log, $2 its name.
# The file is laid into the spool whole and on disk; the same one twice is one. rounds.kit.backup seals it from there.
test -e ../archive/on || exit 0
target="../archive/spool/$2"
half="../archive/spool/.$2"
if test -e "$target"; then
  cmp -s "$1" "$target"
  exit
fi
cp -p "$1" "$half" && sync "$half" && mv "$half" "$target" && sync ../archive/spool
"""


def archive_of(data: Path) -> Path:
    """The folder in which the archiving of the cluster at `data` is switched on, and waits."""
    return data.parent / "archive"


def text(major: int, timeout: int = 0) -> str:
    """The settings file for PostgreSQL `major`; `timeout` as archive_timeout, seconds, 0 = never."""
    return _SETTINGS.replace("{timeout}", str(timeout)) + "".join(lines for since, lines in _SINCE.items() if major >= since)


def write(data: Path, major: int) -> None:
    """Put the settings, the access list and archive.sh beside the cluster at `data`; its files keep owner and mode."""
    _refill(data / FILE, text(major, _timeout(data)))
    _refill(data / "pg_hba.conf", ACCESS)
    script = data.parent / "archive.sh"
    if not script.exists() or script.read_text() != _ARCHIVE:
        script.write_text(_ARCHIVE)
    script.chmod(0o644)


def _timeout(data: Path) -> int:
    try:
        return int(json.loads((archive_of(data) / "on").read_text())["timeout"])
    except (OSError, ValueError, KeyError):
        return 0


def _refill(file: Path, content: str) -> None:
    if file.read_text() != content:
        file.write_text(content)
