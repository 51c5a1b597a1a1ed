"""Worked cases of our own, with the seeds' answers: (rule, given, set, expected part of the answer)."""

from __future__ import annotations

PERFECT = {
    "organization_size": "large",
    "geographic_market": "major_metro",
    "market_leadership": "leader",
    "technology_stack": "advanced",
    "it_infrastructure": "cloud_native",
    "innovation": "leader",
    "budget_allocation": "high",
    "investment_capacity": "strong",
    "funding_sources": "multiple",
    "content_engagement": "high",
    "direct_interactions": "executive",
    "referrals": "warm",
    "project_timeline": "immediate",
    "competitive_pressure": "high",
}
LOWEST = {
    "organization_size": "micro",
    "geographic_market": "rural",
    "market_leadership": "challenger",
    "technology_stack": "legacy",
    "it_infrastructure": "on_premise",
    "innovation": "conservative",
    "budget_allocation": "low",
    "investment_capacity": "constrained",
    "funding_sources": "limited",
    "content_engagement": "low",
    "direct_interactions": "individual",
    "referrals": "cold",
    "project_timeline": "none",
    "competitive_pressure": "low",
}
ACCOUNT = {
    "investment_capacity": "strong",
    "market_influence": "industry",
    "reference_potential": "high",
    "partnership_potential": "strategic",
    "ehr_platform": "epic_cerner",
    "it_infrastructure": "cloud_native",
    "innovation_adoption": "leader",
    "existing_relationships": "strong",
    "market_accessibility": "high",
}
LEAD, QUICK, ABM = "scoring/lead_fit", "scoring/crm_quick", "scoring/abm_account"


def _points(code: str, points: int) -> dict:
    return {"points": {code: points}}


CASES: list[tuple[str, dict, dict, dict]] = [
    (
        LEAD,
        PERFECT,
        {},
        {
            "total": 100,
            "band": "hot",
            "range": [100, 100],
            "completeness": 1.0,
            "missing": [],
            "intent": 25,
            "categories": {
                "company_profile": 30,
                "technology_readiness": 25,
                "financial_profile": 20,
                "engagement_level": 15,
                "timing_urgency": 10,
            },
        },
    ),
    (LEAD, LOWEST, {}, {"total": 24, "band": "unqualified", "provisional": False}),
    (LEAD, {}, {}, {"total": 2, "band": "unqualified", "completeness": 0.0, "answered": 0.0, "range": [24, 100]}),
    (LEAD, {}, {"score.unknown": "lowest"}, {"total": 24, "band": "unqualified", "provisional": False}),
    (
        LEAD,
        PERFECT
        | {
            "referrals": "cold",
            "direct_interactions": "manager",
            "budget_allocation": "low",
            "competitive_pressure": "medium",
            "project_timeline": "near_term",
        },
        {},
        {"total": 82, "band": "hot"},
    ),
    (LEAD, PERFECT | {"organization_size": "micro", "geographic_market": "rural"}, {}, {"total": 82, "band": "hot"}),
    (
        LEAD + "#model",
        {},
        {},
        {
            "min_when_all_answered": 24,
            "max": 100,
            "unreachable_totals": [99],
            "combinations": 3779136,
            "blank_total": 2,
        },
    ),
    (ABM + "#model", {}, {}, {"min_when_all_answered": 16, "max": 100}),
    *[
        (LEAD, {"beds": beds}, {}, _points("organization_size", points))
        for beds, points in ((500, 15), (499, 12), (100, 12), (99, 8), (25, 8), (24, 3), (1, 3), (0, 0))
    ],
    *[
        (QUICK, {"beds": beds}, {}, _points("size", points))
        for beds, points in ((500, 20), (499, 15), (100, 15), (99, 8), (25, 8), (24, 5))
    ],
    *[
        (LEAD, {"descriptor": word}, {}, _points("organization_size", points))
        for word, points in (
            ("Major IDN with 10+ hospitals", 15),
            ("Academic medical center", 15),
            ("Suburban health system", 12),
            ("Rural health network", 8),
            ("Urgent care center", 3),
        )
    ],
    (LEAD, {"beds": 450, "descriptor": "Academic medical center"}, {}, _points("organization_size", 12)),
    (
        LEAD,
        {"beds": 450, "descriptor": "Academic medical center"},
        {"size.precedence": "descriptor_first"},
        _points("organization_size", 15),
    ),
    (
        LEAD,
        {"beds": 450, "descriptor": "Academic medical center"},
        {"size.precedence": "best_of"},
        _points("organization_size", 15),
    ),
    *[
        (LEAD, {"cbsa_rank": rank}, {}, _points("geographic_market", points))
        for rank, points in ((1, 10), (50, 10), (51, 7))
    ],
    *[
        (LEAD, {"ruca": ruca}, {}, _points("geographic_market", points))
        for ruca, points in ((1, 7), (3, 7), (4, 4), (10, 4))
    ],
    (LEAD, {"critical_access": True}, {}, _points("geographic_market", 4)),
    (LEAD, {"critical_access": True, "cbsa_rank": 3}, {}, _points("geographic_market", 10)),
    (LEAD, {"metro": False}, {}, _points("geographic_market", 0)),
    (LEAD, {"major_teaching": True}, {}, _points("market_leadership", 5)),
    (LEAD, {"teaching": "none"}, {}, _points("market_leadership", 3)),
    *[
        (LEAD, {"it_budget_pct": share}, {}, _points("budget_allocation", points))
        for share, points in ((0.0201, 12), (0.02, 8), (0.01, 8), (0.0099, 3))
    ],
    *[
        (LEAD, {"it_budget_usd": usd}, {}, _points("budget_allocation", points))
        for usd, points in ((5_000_000, 12), (4_999_999, 8), (2_000_000, 8), (1_999_999, 3))
    ],
    *[
        (
            LEAD,
            {"it_budget_usd": 6_000_000, "it_budget_pct": 0.005},
            {"lead.budget.combine": how},
            _points("budget_allocation", points),
        )
        for how, points in (("best", 12), ("dollars", 12), ("percent", 3), ("worst", 3))
    ],
    *[
        (LEAD, {"total_margin": margin}, {}, _points("investment_capacity", points))
        for margin, points in ((0.031, 5), (0.03, 3), (0.0, 3), (-0.001, 1))
    ],
    *[
        (LEAD, {"timeline_months": months}, {}, _points("project_timeline", points))
        for months, points in ((0, 6), (3, 6), (3.1, 4), (6, 4), (12, 2), (12.5, 1))
    ],
    (LEAD, {"implementation_timeline": "No timeline defined"}, {}, _points("project_timeline", 1)),
    (LEAD, {"implementation_timeline": "Long-term (12+ months)"}, {}, _points("project_timeline", 1)),
    (LEAD, {"funding": ["operating", "grants"]}, {}, _points("funding_sources", 3)),
    (LEAD, {"funding": ["operating"]}, {}, _points("funding_sources", 1)),
    (LEAD, {"events": {"content_download": 2}}, {}, _points("content_engagement", 6)),
    (LEAD, {"events": {"webinar_attendance": 1}}, {}, _points("content_engagement", 6)),
    (LEAD, {"events": {"content_download": 1}}, {}, _points("content_engagement", 3)),
    (LEAD, {"events": {"website_visit": 9}}, {}, _points("content_engagement", 1)),
    (LEAD, {"highest_seniority": "manager"}, {}, _points("direct_interactions", 3)),
    (LEAD, {"lead_source": "Customer referral"}, {}, _points("referrals", 4)),
    (LEAD, {"lead_source": "Web form"}, {}, _points("referrals", 1)),
    (LEAD, {"ehr": "Oracle Health"}, {}, _points("technology_stack", 12)),
    (LEAD, {"ehr": "Other/Unknown", "ehr_vendor": "MEDITECH"}, {}, _points("technology_stack", 8)),
    (LEAD, {"ehr": "Other/Unknown", "ehr_class": "legacy"}, {}, _points("technology_stack", 3)),
    (LEAD, {"ehr": "Other/Unknown"}, {}, _points("technology_stack", 0)),
    (LEAD, {"ehr": "Allscripts"}, {}, _points("technology_stack", 12)),
    (QUICK, {"ehr": "Allscripts"}, {}, _points("technology", 10)),
    (ABM, {"ehr": "Allscripts"}, {}, _points("ehr_platform", 5)),
    (QUICK, {"ehr": "Other/Unknown"}, {}, _points("technology", 1)),
    (ABM, {"ehr": "Other/Unknown"}, {}, _points("ehr_platform", 1)),
    (QUICK, {}, {}, {"total": 2, "points": {"size": 0, "technology": 1, "budget": 1, "engagement": 0}}),
    *[
        (QUICK, {"it_budget_usd": usd}, {}, _points("budget", points))
        for usd, points in ((1_000_001, 15), (1_000_000, 10), (500_000, 10), (499_999, 5))
    ],
    (QUICK, {"events": {"executive_meeting": 2, "website_visit": 3}}, {}, _points("engagement", 23)),
    (
        QUICK,
        {"events": {"executive_meeting": 2, "website_visit": 3}},
        {"engagement_mode": "once_per_kind"},
        _points("engagement", 11),
    ),
    (
        QUICK,
        {"events": {"executive_meeting": 2, "website_visit": 3}},
        {"engagement_mode": "highest_only"},
        _points("engagement", 10),
    ),
    *[
        (ABM, {"deal_potential_usd": usd}, {}, _points("annual_revenue_potential", points))
        for usd, points in (
            (5_000_001, 25),
            (5_000_000, 20),
            (2_000_000, 20),
            (1_999_999, 15),
            (1_000_000, 15),
            (500_000, 10),
            (499_999, 5),
        )
    ],
    (ABM, ACCOUNT | {"deal_potential_usd": 6_000_000}, {}, {"total": 100, "band": None}),
    (ABM, ACCOUNT | {"deal_potential_usd": 400_000}, {}, {"total": 80}),
    (
        "tiers/abm",
        {"score": 100, "deal_potential_usd": 6_000_000, "beds": 1500},
        {},
        {"tier": 1, "stage": "provisional"},
    ),
    (
        "tiers/abm",
        {"score": 80, "deal_potential_usd": 400_000, "beds": 1200},
        {},
        {"tier": 3, "failed_gates": {"tier_1": ["deal"], "tier_2": ["deal"]}},
    ),
    (
        "tiers/abm",
        {"score": 85, "deal_potential_usd": 1_000_000, "beds": 600},
        {},
        {"tier": 2, "failed_gates": {"tier_1": ["deal", "beds"]}},
    ),
    (
        "tiers/abm",
        {"score": 85, "deal_potential_usd": 1_000_000, "beds": 600},
        {"mode": "strict_bands"},
        {"tier": None},
    ),
    ("tiers/abm", {"score": 85, "deal_potential_usd": 1_000_000, "beds": 600}, {"mode": "score_only"}, {"tier": 1}),
    ("tiers/abm", {"score": 95, "deal_potential_usd": 6_000_000, "beds": 1500}, {"qualitative": "block"}, {"tier": 3}),
    ("tiers/abm", {"score": 85, "deal_potential_usd": 2_000_000, "beds": 300, "major_system": True}, {}, {"tier": 1}),
    (
        "tiers/abm",
        {"score": 60, "deal_potential_usd": 500_000, "beds": 450, "org_type": "Academic Medical Centers"},
        {},
        {"tier": 2},
    ),
    (
        "tiers/abm",
        {"score": 10, "deal_potential_usd": 99_999, "beds": 400},
        {},
        {"tier": None, "name": "Not in program", "service": None},
    ),
    (
        "tiers/abm",
        {"score": 10, "deal_potential_usd": 100_000, "beds": 40, "org_type": "Specialty Hospitals"},
        {},
        {"tier": 3},
    ),
    *[
        ("routing/territory", {"state": state}, {}, {"territory": name})
        for state, name in (
            ("NY", "Northeast"),
            ("california", "West"),
            ("Md", "Northeast"),
            ("Puerto Rico", "Southeast"),
            ("GU", "West"),
            ("LA", "Southeast"),
            ("CO", "Southwest"),
        )
    ],
    *[
        ("routing/territory", {"state": state}, {"table": "004"}, {"territory": name})
        for state, name in (("CO", "West"), ("LA", "Southwest"), ("KS", None))
    ],
    (
        "routing/territory",
        {"state": "CA"},
        {"fill": "none"},
        {"candidates": ["Southwest", "West"], "territory": "West"},
    ),
    (
        "routing/territory",
        {"state": "MD"},
        {"fill": "none"},
        {"candidates": [], "territory": None, "queue": "Unassigned territory"},
    ),
    (
        "routing/assignment",
        {"band": "warm", "state": "NY", "beds": 620, "reps": [
            {"name": "Olivia", "role": "ae", "segment": "enterprise", "territories": ["Northeast"], "load": 30},
            {"name": "Ruth", "role": "ae", "segment": "enterprise", "territories": ["Northeast"], "load": 24},
            {"name": "Wes", "role": "ae", "segment": "enterprise", "territories": ["West"]},
        ]},
        {},
        {"owner": "Ruth", "queue": None, "role": "ae", "how": "place"},
    ),
    (
        "routing/assignment",
        {"band": "hot", "state": "NY", "beds": 620, "reps": [
            {"name": "Simon", "role": "senior_ae", "segment": "enterprise", "away": "4 Dec 2026"},
            {"name": "Olivia", "role": "ae", "segment": "enterprise"},
        ]},
        {},
        {"owner": "Olivia", "role": "ae"},
    ),
    (
        "routing/assignment",
        {"band": "cold", "state": "NY", "beds": 620, "hand_raise": True, "matched": True, "reps": [
            {"name": "Ines", "role": "inside_sales", "segment": "enterprise"},
            {"name": "Olivia", "role": "ae", "segment": "enterprise"},
        ]},
        {},
        {"owner": "Olivia", "role": "ae"},
    ),
    (
        "routing/assignment",
        {"band": "warm", "state": "CA", "beds": 40, "owner": "Olivia", "reps": [
            {"name": "Olivia", "role": "ae", "segment": "enterprise", "territories": ["Northeast"], "load": 400},
        ]},
        {},
        {"owner": "Olivia", "how": "owner", "reason": "Olivia owns the account"},
    ),
    ("routing/assignment", {"band": "warm", "state": "NY", "beds": 620, "reps": []}, {}, {"owner": None, "queue": "manager"}),
    ("routing/assignment", {"band": "warm", "state": "Ontario", "beds": 620}, {}, {"owner": None, "queue": "territory"}),
    ("routing/assignment", {"band": "unqualified", "state": "NY", "beds": 620}, {}, {"owner": None, "queue": "nurture"}),
    ("routing/assignment", {"band": "warm", "programme": "federal", "beds": 620, "state": "NY"}, {}, {"queue": "federal"}),
    ("routing/territory", {"state": "Ontario"}, {}, {"territory": None, "queue": "Unassigned territory"}),
    ("routing/territory", {}, {}, {"territory": None, "missing": ["state"]}),
    ("routing/territory#table", {}, {"fill": "none"}, {"entries": 49, "distinct_states": 48, "in_several": ["CA"]}),
    *[
        ("routing/segment", {"beds": beds}, {}, {"segment": name})
        for beds, name in ((500, "enterprise"), (499, "mid_market"), (100, "mid_market"), (99, "growth"))
    ],
    *[
        ("routing/segment", {"deal_potential_usd": usd}, {"basis": "deal"}, {"segment": name})
        for usd, name in (
            (500_000, "enterprise"),
            (499_999, "mid_market"),
            (100_000, "mid_market"),
            (99_999, "growth"),
            (25_000, "growth"),
            (24_999, None),
        )
    ],
    *[
        ("routing/segment", {"beds": 600, "deal_potential_usd": 80_000}, {"basis": basis}, {"segment": name})
        for basis, name in (("beds", "enterprise"), ("deal", "growth"), ("max", "enterprise"), ("min", "growth"))
    ],
    ("routing/segment", {"beds": 0, "deal_potential_usd": 80_000}, {}, {"segment": "growth"}),
    (
        "routing/segment",
        {"beds": 700, "programme": "federal"},
        {},
        {"segment": "federal", "team": None, "queue": "Federal hospitals"},
    ),
    *[
        ("routing/role", {"band": band}, {}, {"owner_role": role})
        for band, role in (("hot", "senior_ae"), ("warm", "ae"), ("cold", "inside_sales"), ("unqualified", None))
    ],
    (
        "routing/role",
        {"band": "hot", "available": ["ae", "inside_sales"]},
        {},
        {"owner_role": "ae", "fallbacks": ["senior_ae"]},
    ),
    (
        "routing/role",
        {"band": "hot", "available": ["inside_sales"]},
        {},
        {"owner_role": None, "queue": "Manager queue"},
    ),
    ("routing/role", {"band": "cold", "quick_band": "hot"}, {"routing.model": "max_of"}, {"owner_role": "senior_ae"}),
    (
        "routing/sla",
        {"band": "hot", "created_at": "2026-03-06T10:00:00"},
        {},
        {
            "due": {
                "executive_introduction": "2026-03-07T10:00:00",
                "demo": "2026-03-13T10:00:00",
                "assignment": "2026-03-06T10:05:00",
            }
        },
    ),
    (
        "routing/sla",
        {"band": "hot", "created_at": "2026-03-06T10:00:00"},
        {"hot.executive_introduction.calendar": "business"},
        {"due": {"executive_introduction": "2026-03-11T10:00:00"}},
    ),
    (
        "routing/sla",
        {"band": "warm", "created_at": "2026-03-06T16:00:00"},
        {},
        {
            "due": {
                "discovery_call": "2026-03-11T16:00:00",
                "first_response": "2026-03-09T10:00:00",
                "demo": "2026-03-20T16:00:00",
            }
        },
    ),
    (
        "routing/sla",
        {"band": "cold", "created_at": "2026-03-07T12:00:00"},
        {},
        {"due": {"first_response": "2026-03-09T11:00:00", "qualification_call": "2026-03-14T12:00:00"}},
    ),
    (
        "routing/sla",
        {"band": "cold", "created_at": "2026-03-06T16:45:00", "hand_raise": True},
        {},
        {"due": {"assignment": "2026-03-06T16:50:00", "first_response": "2026-03-09T09:15:00"}},
    ),
    (
        "routing/recycle",
        {"band": "unqualified", "entered_at": "2026-08-31T09:00:00"},
        {},
        {"recycle_at": "2027-02-28T09:00:00", "follow_up_at": "2026-11-30T09:00:00", "status": "Recycled"},
    ),
    (
        "routing/recycle",
        {"band": "hot", "entered_at": "2026-08-31T09:00:00"},
        {},
        {"recycle_at": None, "follow_up_at": None},
    ),
    (
        "scoring/integration_complexity",
        {"ehr": "Epic", "interfaces": 0, "api_available": True, "custom_integration": False, "sites": 1},
        {},
        {"total": 10},
    ),
    (
        "scoring/integration_complexity",
        {"ehr_class": "legacy", "interfaces": 12, "api_available": False, "custom_integration": True, "sites": 12},
        {},
        {"total": 100},
    ),
    ("scoring/integration_complexity", {}, {}, {"total": 40}),
]
