"""ABM-26: whether the open deals of strategic accounts are three times their quota."""

from rounds.analytics.numbers.definition import waits

waits("abm_coverage", number="ABM-26", title="Pipeline coverage of strategic accounts", unit="times", waits_for="quotas by tier: a quota is a person's, and people sell to accounts of several tiers",
      about="Open deals of tier 1 accounts divided by what is left of the quota for them; three times is asked for. Pipeline value by tier says what is open.")
