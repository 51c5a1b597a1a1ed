"""People who use Rounds: users, teams, log-in links, sessions, second factors."""

from rounds.models.people.absences import Absence
from rounds.models.people.factors import Factor, OldPassword, RecoveryCode, Throttle
from rounds.models.people.sessions import Device, Session
from rounds.models.people.teams import Team
from rounds.models.people.users import LoginLink, User

__all__ = ["Absence", "Device", "Factor", "LoginLink", "OldPassword", "RecoveryCode", "Session", "Team", "Throttle", "User"]
