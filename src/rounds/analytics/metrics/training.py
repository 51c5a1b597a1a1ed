"""ANALYTICS-27 to 31: what needs training and coaching."""

from rounds.analytics.numbers.definition import waits

waits("skill_scores", number="ANALYTICS-27", title="Skill assessment scores", unit="score", waits_for="skill assessments", about="The latest score of each skill, and the mean of a team.")
waits("training_completion", number="ANALYTICS-28", title="Training completion", unit="percent", waits_for="courses and assignments", about="Completed modules of those that were due.")
waits("certification_status", number="ANALYTICS-29", title="Certification status", unit="count", waits_for="certifications", about="Certificates that are valid, end within 30 days, or have ended.")
waits("coaching_sessions", number="ANALYTICS-30", title="Coaching sessions", unit="count", waits_for="coaching sessions", about="Sessions held, per rep and month, and the action items closed of them.")
waits("improvement_plans", number="ANALYTICS-31", title="Performance improvement plans", unit="count", waits_for="improvement plans", about="Open plans and the milestones met; for the manager alone.")
waits("deferred_revenue", number="ANALYTICS-16", title="Deferred revenue", unit="money", waits_for="invoices", about="What was billed and is not recognised yet.")
