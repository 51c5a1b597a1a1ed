"""People who use Rounds: users, teams, one-time log-in links."""

from rounds.models.people.teams import Team
from rounds.models.people.users import LoginLink, User

__all__ = ["LoginLink", "Team", "User"]
