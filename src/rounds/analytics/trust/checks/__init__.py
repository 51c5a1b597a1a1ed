"""The compliance checks (COMPL-07): each looks at one thing and says pass, fail or unknown, with its evidence.

What they look for, how bad a failing is and which of them stop the house stand in playbook trust/checks.yaml.
"""

from rounds.analytics.trust.checks.finding import Finding, Look, Outcome
from rounds.analytics.trust.checks.run import CHECKS, compliant, run

__all__ = ["CHECKS", "Finding", "Look", "Outcome", "compliant", "run"]
