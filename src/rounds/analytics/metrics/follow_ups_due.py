"""ANALYTICS-39: what is due today or overdue."""

from datetime import timedelta

from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ANALYTICS-39", title="Follow-ups due", unit="count", how="count", when="known at", noun="task", population="Open tasks that are overdue or due within a day", better="less", by=(*PLACES, "kind"))
def follow_ups_due(t, w, book):
    """Open tasks that are due within a day, or overdue; `why` says since how many days."""
    import ibis

    tasks = t.tasks
    soon = w.at + timedelta(days=1)
    tasks = tasks.filter(tasks.known_at <= w.at, tasks.due_at < soon)
    tasks = tasks.filter(tasks.done_at.isnull() | (tasks.done_at > w.at), tasks.dropped_at.isnull() | (tasks.dropped_at > w.at))
    steps = [(tasks.due_at < w.at - timedelta(days=days), f"overdue for more than {24 * days} hours") for days in range(book.measures.due_days.value, 0, -1)]
    return tasks.mutate(why=ibis.cases(*steps, (tasks.due_at < w.at, "overdue"), else_="due"))
