"""Numbers: how deals stood on each day, what somebody is to win, what is called, reports as told, and the tables metrics are read from."""

from rounds.models.numbers.forecasts import ForecastCall, ForecastLock, ForecastModel, ForecastResult
from rounds.models.numbers.kpis import KpiEntry
from rounds.models.numbers.quotas import Quota
from rounds.models.numbers.reports import Report, ReportWish, ReportWord
from rounds.models.numbers.snapshots import DealSnapshot, SnapshotDay

__all__ = ["DealSnapshot", "ForecastCall", "ForecastLock", "ForecastModel", "ForecastResult", "KpiEntry", "Quota", "Report", "ReportWish", "ReportWord", "SnapshotDay"]
