"""An embedded PostgreSQL for one machine: `ensure` it is there, and use it over a private socket.

    server = ensure(Path("var/postgres"))
    server.dsn("rounds_web")    # postgresql://rounds_web@/rounds?host=…&port=5432

The programs come from an installed wheel; the launcher is ours, because the wheel's own trusts PIDs.
Nothing here knows what is stored. `python -m rounds.kit.postgres start|stop|status FOLDER` does it by hand.
"""

from .databases import DatabaseExists, create_database, drop_database
from .refusal import DatabaseRefused
from .server import ROLES, Server, Status, ensure, status, stop

__all__ = [
    "ROLES",
    "DatabaseExists",
    "DatabaseRefused",
    "Server",
    "Status",
    "create_database",
    "drop_database",
    "ensure",
    "status",
    "stop",
]
