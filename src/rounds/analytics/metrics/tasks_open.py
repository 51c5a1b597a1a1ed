"""ANALYTICS-37: what there is to do, what presses most first."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.pressing import by_pressure


@metric(number="ANALYTICS-37", title="Open tasks", unit="count", how="count", when="known at", noun="task", population="Tasks that are neither done nor dropped", better="less", by=(*PLACES, "kind"))
def tasks_open(t, w, book):
    """What is to be done, what presses most first: how urgent it is × what the deal is worth × the band of the lead (numbers/metrics.yaml, pressing); `why` says which of
    them weigh."""
    tasks = t.tasks
    tasks = tasks.filter(tasks.known_at <= w.at, tasks.done_at.isnull() | (tasks.done_at > w.at), tasks.dropped_at.isnull() | (tasks.dropped_at > w.at))
    return by_pressure(t, w, book, tasks)
