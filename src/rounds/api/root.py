"""The API's root: every router, one handler for every way to fail. OpenAPI at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from rounds.api import problems
from rounds.api.customers import care, customers, growing
from rounds.api.customers import projects as customer_projects
from rounds.api.deals import (
    challenges,
    committee,
    competitors,
    contract_work,
    customer_approvals,
    demo_room,
    demos,
    discovery,
    opportunities,
    path,
    poc_ending,
    poc_terms,
    poc_work,
    pocs,
    proposal_life,
    quote_lines,
    timeline,
)
from rounds.api.deals import contracts as paper
from rounds.api.deals import proposals as proposals_api
from rounds.api.deals import qualification as deal_sheets
from rounds.api.deals import quotes as quotes_api
from rounds.api.deals import stages as deal_stages
from rounds.api.desk import own_fields, search, tasks
from rounds.api.docs import PlainDocs
from rounds.api.enablement import assets, handoffs
from rounds.api.flow import automations, imports, playbook
from rounds.api.leads import activities, assignments, leads, qualification
from rounds.api.limits import StrictJson
from rounds.api.market import accounts, answers, contacts, merges
from rounds.api.market import records as account_records
from rounds.api.numbers import forecast, reports
from rounds.api.numbers import metrics as numbers_api
from rounds.api.people import self as caller
from rounds.api.people import users
from rounds.api.reach import campaigns, enrolments, letters, mailboxes, meetings, sequences, templates


class Api(NinjaAPI):
    """A NinjaAPI whose contract also names the scope each operation asks for."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The OpenAPI document, with `x-scope` on each operation."""
        schema = super().get_openapi_schema(**kwargs)
        scopes = {
            self.get_openapi_operation_id(operation): operation.auth_callbacks[0].scope
            for _, router in self._routers for view in router.path_operations.values() for operation in view.operations
        }
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["x-scope"] = scopes.get(operation["operationId"], "")
                operation["responses"] = {**operation["responses"], **problems.ANSWERS}
        schema["components"]["schemas"]["Problem"] = problems.SCHEMA
        return schema


api = Api(
    title="Rounds", version="1", description="Accounts, contacts and leads of a company that sells to hospitals.",
    urls_namespace="api", docs=PlainDocs(), parser=StrictJson(),
)  # fmt: skip
problems.handle(api)
PARTS = (care, growing, customer_projects, contract_work, demo_room, poc_ending, poc_terms, poc_work, proposal_life, quote_lines)
"""What adds its addresses to the router of its noun, so that one address takes the methods of both."""
for prefix, router in (
    ("/accounts", accounts.router), ("/accounts", account_records.router), ("/accounts", answers.of_accounts),
    ("/accounts", activities.of_accounts), ("/accounts", contacts.of_accounts), ("/contacts", contacts.router),
    ("/accounts", merges.of_accounts), ("/contacts", merges.of_contacts), ("/leads", merges.of_leads),
    ("/leads", leads.router), ("/leads", assignments.router), ("/leads", activities.of_leads), ("/leads", answers.of_leads),
    ("/tasks", tasks.router), ("/contracts", paper.router), ("/customers", customers.router), ("/implementations", customers.projects),
    ("/demos", demos.router), ("/opportunities", demos.of_deals), ("/pocs", pocs.router), ("/opportunities", pocs.of_deals),
    ("/leads", qualification.router), ("/leads", opportunities.of_leads), ("/opportunities", opportunities.router),
    ("/opportunities", deal_stages.router), ("/opportunities", competitors.of_deals), ("/competitors", competitors.router),
    ("/opportunities", quotes_api.of_deals), ("/quotes", quotes_api.router), ("/quotes", proposals_api.of_quotes), ("/proposals", proposals_api.router),
    ("/accounts", own_fields.of_accounts), ("/contacts", own_fields.of_contacts), ("/leads", own_fields.of_leads),
    ("/opportunities", committee.of_deals), ("/opportunities", discovery.of_deals), ("/opportunities", path.of_deals), ("/opportunities", timeline.of_deals),
    ("/opportunities", customer_approvals.of_deals), ("/opportunities", challenges.of_deals), ("/opportunities", deal_sheets.of_deals),
    ("/opportunities", assets.of_deals), ("/opportunities", handoffs.of_deals), ("/opportunities", proposal_life.of_deals),
    ("/concessions", quote_lines.of_concessions), ("/assets", assets.router), ("/hand-offs", handoffs.router),
    ("/meetings", meetings.router), ("/mailboxes", mailboxes.router), ("/sequences", sequences.router), ("/enrolments", enrolments.router), ("/campaigns", campaigns.router), ("/templates", templates.router), ("/letters", letters.router), ("/forecast", forecast.router), ("/quotas", forecast.quotas_router), ("/reports", reports.router), ("/imports", imports.router), ("/metrics", numbers_api.router), ("", playbook.router), ("/automations", automations.router), ("", search.router), ("", caller.router), ("/users", users.router),
):  # fmt: skip
    api.add_router(prefix, router)

addresses = api.urls
for pattern in addresses[0]:
    pattern.callback = problems.worded(pattern.callback)
