"""How the server is set: safe on disk, small in memory, no network."""

from __future__ import annotations

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
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 1GB
max_wal_size = 1GB
min_wal_size = 80MB
huge_pages = off
jit = off
max_worker_processes = 4
max_parallel_workers_per_gather = 1
autovacuum_max_workers = 2
max_logical_replication_workers = 0
random_page_cost = 1.1

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


def text(major: int) -> str:
    """The settings file for PostgreSQL `major`."""
    return _SETTINGS + "".join(lines for since, lines in _SINCE.items() if major >= since)


def write(data: Path, major: int) -> None:
    """Put the settings and the access list into the cluster at `data`; its files keep owner and mode."""
    _refill(data / FILE, text(major))
    _refill(data / "pg_hba.conf", ACCESS)


def _refill(file: Path, content: str) -> None:
    if file.read_text() != content:
        file.write_text(content)
