"""What people say a quarter brings, what was learned of the past, and quarters that are over."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rounds.models.base import Row, Seen, Signed


class ForecastCall(Seen, Signed):
    """What somebody said of the quarter from `starts_on` to `ends_on`. `kind`: call (the owner's own number) or override (a
    manager's, of what the owner said; both stand side by side). `opportunity`: of one deal, with the `category` it counts as and
    its `cents`, else of the owner's whole quarter. The last one said holds; one without cents and category takes back what was
    said before. Never changed."""

    retention = "business"
    append_only = True
    noun = "opportunity"

    buying_unit = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    opportunity = models.ForeignKey("rounds.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="calls", db_index=False)
    kind = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    cents = models.BigIntegerField(null=True, blank=True)
    best_cents = models.BigIntegerField(null=True, blank=True)
    category = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("call", "override")), name="forecast_call_kind"),
            models.CheckConstraint(condition=Q(kind="call") | ~Q(reason=""), name="forecast_override_says_why"),
        ]
        indexes = [models.Index(fields=["starts_on", "-at"], name="forecast_call_quarter"),
                   models.Index(fields=["opportunity", "-at"], name="forecast_call_deal", condition=Q(opportunity__isnull=False))]  # fmt: skip

    @property
    def taken_back(self) -> bool:
        return self.cents is None and not self.category


class ForecastLock(Row, Signed):
    """The quarter is over: nobody calls, overrides or sets a quota of it any more. What stood then: ForecastResult."""

    retention = "business"
    append_only = True

    starts_on = models.DateField(unique=True)
    ends_on = models.DateField()
    code = models.TextField()


class ForecastResult(Seen, Signed):
    """What stood of a person's quarter when it was locked, in cents: called at its start, in its middle, at its end; what the
    manager held instead at the end; the quota; what was won. None: nobody said. The source of accuracy."""

    retention = "business"
    append_only = True
    noun = "opportunity"

    buying_unit = models.ForeignKey("rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    lock = models.ForeignKey("rounds.ForecastLock", on_delete=models.CASCADE, related_name="results")
    starts_on = models.DateField()
    code = models.TextField()
    start_cents = models.BigIntegerField(null=True, blank=True)
    middle_cents = models.BigIntegerField(null=True, blank=True)
    end_cents = models.BigIntegerField(null=True, blank=True)
    override_cents = models.BigIntegerField(null=True, blank=True)
    quota_cents = models.BigIntegerField(null=True, blank=True)
    won_cents = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["owner", "starts_on"], name="forecast_result_owner")]


class ForecastModel(Row, Signed):
    """What was learned from the stage history of all deals up to `day`: `rates` (rules/forecast/rates.py, as data), `past`
    forecasts of each week and what came (rules/forecast/calibration.py), `score` how right they were. Figures alone: of no
    deal, no account, no person."""

    retention = "business"
    append_only = True

    day = models.DateField()
    deals = models.IntegerField()
    rates = models.JSONField()
    past = models.JSONField()
    score = models.JSONField(default=dict)
    playbook_hash = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["-day", "-at"], name="forecast_model_day")]
