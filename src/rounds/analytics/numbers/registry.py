"""Every metric by name: the modules of analytics/metrics, each read once."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from rounds.analytics import metrics as folder
from rounds.analytics.numbers.definition import REGISTRY, Metric
from rounds.kit.refusal import Refusal


class NoSuchMetric(Refusal):
    """There is no metric of this name; /numbers/ lists them all."""

    status = 404


class NoColumns(Refusal):
    """Numbers are counted by Ibis, which is not installed here: install Rounds with the extra "analytics"."""

    status = 503


@cache
def metrics() -> dict[str, Metric]:
    """Name → metric, in the order of the requirements. Raises NoColumns where the extra is not installed."""
    if find_spec("ibis") is None:
        raise NoColumns
    for module in pkgutil.iter_modules(folder.__path__):
        import_module(f"{folder.__name__}.{module.name}")
    return dict(sorted(REGISTRY.items(), key=lambda item: (item[1].number, item[0])))


def find(name: str) -> Metric:
    """The metric of a name. Raises NoSuchMetric."""
    found = metrics().get(name)
    if found is None:
        raise NoSuchMetric(f"There is no metric '{name[:60]}'; /numbers/ lists them all.")
    return found
