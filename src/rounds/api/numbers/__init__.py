"""The API of the numbers: metrics, the forecast, quotas, reports."""
