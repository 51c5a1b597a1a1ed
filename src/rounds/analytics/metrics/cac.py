"""ANALYTICS-05, 06, 49: what needs spend."""

from rounds.analytics.numbers.definition import waits

SPEND = "sales and marketing spend by month"

waits("cac", number="ANALYTICS-05", title="Customer acquisition cost", unit="money", waits_for=SPEND,
      about="Sales and marketing spend of the period, divided by the new customers won in it.")
waits("clv", number="ANALYTICS-06", title="Customer lifetime value", unit="money", waits_for="gross margin and churn over a full year",
      about="Average ARR of a customer × gross margin × expected lifetime (1 ÷ annual churn).")
waits("clv_cac", number="ANALYTICS-06", title="CLV to CAC", unit="times", waits_for=SPEND, about="Lifetime value of a customer divided by what it cost to win one.")
waits("cost_per_qualified_lead", number="ANALYTICS-49", title="Cost per qualified lead", unit="money", waits_for=SPEND, about="Attributed spend divided by the qualified leads of the period.")
waits("marketing_return", number="ANALYTICS-49", title="Marketing ROI", unit="percent", waits_for=SPEND, about="(Attributed won ARR − spend) ÷ spend.")
