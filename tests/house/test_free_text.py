"""No door forgets the guard: every free text an action takes is looked at, or stands here with the reason why not."""

from __future__ import annotations

import ast
import fnmatch

import pytest

from tests.house.house import PACKAGE, at, files

EXCEPTIONS = {
    "actions/numbers/kpis.py:*.kpi": "the code of a line of the scorecard; another is refused",
    "actions/numbers/kpis.py:*.period": "the code of a period, made by us",
    "actions/people/*": "about colleagues and how they log in; no place for a customer's words",
    "actions/trust/*": "written by officers about the product itself; what they decide on was looked at here",
    "actions/flow/*": "the playbook and the machinery: method, batches, deliveries; no records",
    "actions/market/signals.py:changed.facts": "the change of an account or a lead, whose own action looked at it",
    "actions/market/signals.py:noted.topic": "a piece of intelligence, whose own action looked at it",
    "actions/market/universe/*": "public files of CMS, read by rule and not typed by anybody",
    "actions/desk/views.py:*": "names of lists a person keeps; the query is a filter, checked word by word",
    "actions/desk/task_acts.py:*": "called through changes.begin, which looks at what is said, and as the undo of what was",
    "actions/leads/visits.py:log.outcome": "one of the playbook's words, checked by its action",
    "actions/leads/visits.py:log.once": "a word of ours that names one form",
    "actions/desk/deal_acts.py:*": "called through changes.begin, which looks at what is said, and as the undo of what was",
    "actions/desk/reach_acts.py:*": "called through changes.begin, which looks at what is said, and as the undo of what was",
    "actions/desk/acts.py:*": "called through changes.begin, which looks at what is said",
    "actions/desk/notifications.py:*": "words the product makes of records that were looked at, and codes of the playbook",
    "actions/reach/*.code": "the code of a sequence, checked by its action",
    "actions/reach/*.ended_for": "one of our codes",
    "actions/reach/consents.py:*.source": "a word of a list, checked by its action",
    "actions/reach/consents.py:*.channel": "a word of a list",
    "actions/reach/consents.py:*.purpose": "a word of a list",
    "actions/reach/consents.py:*.index": "a blind index",
    "actions/reach/leaving.py:*": "keys and codes of ours; the letter was looked at when it was written",
    "actions/reach/letters.py:*.template": "the code of a text and of a variant",
    "actions/reach/people.py:*": "addresses, of which an index is made",
    "actions/reach/links.py:*": "a token of ours",
    "actions/reach/calendars.py:*": "how a colleague's calendar is reached, and sentences of ours about it",
    "actions/reach/linkedin.py:did.once": "a word of ours that names one form",
    "actions/reach/approving.py:tell*": "why a letter was dropped or a sequence ended; the action that did it looked at it",
    "actions/reach/*.zone": "a name of the table of time zones, checked by its action",
    "actions/reach/*.platform": "a code of the playbook, checked by its action",
    "actions/reach/meeting_ends.py:hold.outcome": "a word of the playbook's list, checked by its action",
    "actions/reach/booking.py:welcome.*": "a lead's, whose own action, which it calls, looks at it",
    "actions/reach/booking.py:book_as_guest.email": "an address, checked to be one",
    "actions/reach/meeting_links.py:*": "tokens of ours",
    "actions/reach/meetings.py:find_a_new_day.why": "a sentence of ours",
    "actions/reach/booking.py:*.token": "a token of ours",
    "actions/reach/capture.py:store.*": "cursors of a mailbox; the texts of mails are looked at by filing, which keeps none that looks like patient data",
    "actions/reach/mailboxes.py:*": "addresses, domains, names of servers and words of lists, each checked; secrets are sealed; reasons the product says itself",
    "actions/links/*": "names and addresses of channels, and words of notifications",
    "actions/leads/scoring.py:*": "causes the product writes itself",
    "actions/market/merging.py:merge.take": "names of columns, held to a list",
    "actions/market/scoring.py:*": "causes the product writes itself",
    "actions/leads/undoing.py:*.status": "a word of the playbook's list",
    "actions/numbers/calls.py:judge.category": "a code of the playbook, checked by its action",
    "actions/numbers/quotas.py:paste.text": "addresses of colleagues, quarters and amounts, each line checked; nothing else is kept",
    "actions/customers/customers.py:change.**": "a colleague and a number",
    "actions/customers/implementations.py:mark.note": "looked at by reach_value, go_live and finish, which call it",
    "actions/customers/planning.py:set_done.note": "looked at by finish, which calls it",
    "actions/customers/planning.py:add.*": "codes of the project's own phases and steps, checked by the action",
    "actions/customers/*.severity": "one of three words, checked by its action",
    "actions/customers/*.metric": "a code of the playbook, checked by its action",
    "actions/customers/outcomes.py:keep.*": "numbers and words of the playbook's lists, checked by the action",
    "actions/customers/readings.py:keep.parts": "whole numbers, checked by the action",
    "actions/customers/references.py:agree.types": "words of the playbook's list, checked by the action",
    "actions/customers/taking_back.py:take_back.*": "called by the two withdrawals, which look at the reason; `what` is one of our two words",
    "actions/customers/terms.py:churn.reason": "a word of the playbook's list, checked by its action",
    "actions/enablement/assets.py:*.link": "an address, which begins with https",
    "actions/enablement/assets.py:add.*": "codes of the playbook, checked by its action",
    "actions/enablement/assets.py:add_version.platform": "a code of the playbook, checked by its action",
    "actions/enablement/offering.py:ask_for.*": "a key of ours and a code of the playbook, not text",
    "actions/enablement/sharing.py:follow.token": "a token of ours",
    "actions/enablement/assets.py:engaged.how": "a word of a list, checked by its action",
    "actions/numbers/reports.py:*": "names of reports and times of schedules, and sentences the product makes of records that were looked at",
    "actions/enablement/handoffs.py:give.key": "a key of ours, not text",
    "*.side": "customer or ours, checked by its action",
    "*.from_whom": "a word of a list, checked by its action",
    "*.sha256": "a digest, checked by its form",
    "*.step": "a code of the playbook, checked by its action",
    "actions/deals/contract_execution.py:approve.link": "an address, which begins with https",
    "actions/deals/contract_execution.py:sign.source": "by hand, or the name of the service an admin gave it",
    "actions/deals/contract_execution.py:sign.event_id": "the service's own key of an event",
    "actions/deals/contract_issues.py:settle.outcome": "a word of a list, checked by its action",
    "actions/deals/contract_marks.py:mark.state": "a word of a list, checked by its action",
    "actions/deals/contract_versions.py:keep.file_name": "made safe by its action; the file is the customer's paper",
    "actions/deals/signature_hooks.py:add.name": "the name of a service, given by an admin",
    "*.kind": "a code of the playbook",
    "*.noun": "one of the nouns of the product",
    "*.direction": "in or out",
    "*.seniority": "a word of a list",
    "*.criterion": "a code of the playbook, checked by its action",
    "*.level": "a code of the playbook, checked by its action",
    "*.model": "a code of the playbook, checked by its action",
    "*.status": "a word of the playbook's list, checked by its action",
    "*.external_id": "the key a record has in another system, not text",
    "*.nonce": "a signed token of ours",
    "*.said": "yes, no or unknown, checked by its action; else handed on to an action that looks at it",
    "actions/leads/activities.py:log.mail": "keys, a link and a moment, checked by machines.checked; no words of people",
    "*.was": "the id of the answer one saw",
    "*.way": "gate or override, said by the product",
    "actions/leads/gate.py:keep_pass.reason": "looked at by override, which writes it",
    "actions/leads/statuses.py:reach.reason": "looked at by set_status and override, which call it",
    "*.gate": "a code of the playbook, checked by its action",
    "*.item": "a code of the playbook, checked by its action",
    "*.area": "one of four words, checked by its action",
    "*.role": "a code of the playbook",
    "*.priority": "a code of the playbook, checked by its action",
    "*.clock": "a code of the playbook",
    "*.automation": "a code of the playbook",
    "actions/leads/promised.py:opened.wanted": "codes and limits of the playbook",
    "actions/desk/tasks.py:*.key": "a key of ours, not text",
    "actions/desk/tasks.py:drop_open.kinds": "codes of the playbook",
    "actions/deals/approval_steps.py:shut.*": "words of ours about a task",
    "actions/deals/approvals.py:void.why": "said by the product",
    "*.decision": "approved or refused, checked by its action",
    "actions/deals/concessions.py:log.side": "given or received, checked by its action",
    "actions/deals/proposal*.py:*.how": "one of three words, checked by its action",
    "actions/deals/proposal_life.py:mark.words": "looked at by the action that keeps the mark",
    "actions/deals/proposal_life.py:end.state": "withdrawn or expired",
    "actions/deals/proposal_links.py:mail_to.words": "looked at by deliver, which mails",
    "actions/deals/proposal_links.py:answer_by_link.token": "a token of ours",
    "actions/deals/quote_lines.py:made.given": "looked at by draft and add, which keep the line",
    "actions/deals/quote_sums.py:*": "states and reasons looked at by the action that says them",
    "actions/deals/quotes.py:draft.**": "numbers, days and codes, each checked; its texts are looked at by name",
    "actions/deals/quotes.py:settle.diff": "what changed, looked at by the action that changes it",
    "actions/deals/quotes.py:end.*": "a state of ours, and reasons looked at by let_go and accept",
    "*.stance": "a word of the playbook's list, checked by its action",
    "*.code": "a code of the product",
    "*.stage": "a code of the playbook, checked by its action",
    "actions/deals/criteria.py:check.state": "one of three words, checked by its action",
    "actions/deals/opportunities.py:forecast.category": "a code of the playbook, checked by its action",
    "actions/deals/opportunities.py:price.currency": "a code of the playbook, checked by its action",
    "actions/deals/opportunities.py:price.basis": "one of three words, checked by its action",
    "actions/deals/closing.py:lose.reason": "a code of the playbook, checked by its action",
    "actions/deals/closing.py:end_won.passing": "looked at by win and move, which call it",
    "actions/deals/telling.py:tell.*": "what an action, which looked at it, says of itself",
    "*.cause": "said by the product, not by a person",
    "actions/leads/forms.py:open_form.source": "a word of the playbook's list, checked by its action",
    "actions/leads/forms.py:open_form.asks_for": "one of four words, checked by its action",
    "actions/leads/routing/reassigning.py:take_back.payload": "the payload of an event of ours",
    "actions/leads/routing/giving.py:turn_away.reason": "looked at by decline, or said by the product",
    "actions/market/accounts.py:claim.fields": "what add and change, which look at it, hand on",
    "actions/deals/below.py:*": "words of actions that look at them, and keys of tasks",
    "actions/deals/demos.py:book.zone": "a time zone, held to a list",
    "actions/deals/demo_room.py:say.intent": "a code of the playbook, checked by its action",
    "actions/deals/demo_tasks.py:drop.why": "said by the product",
    "actions/deals/poc_given.py:*": "called by actions that look at what is said",
    "actions/deals/poc_*.py:*.severity": "a code of the playbook, checked by its action",
    "actions/deals/poc_*.py:*.method": "a code of the playbook, checked by its action",
    "actions/deals/poc_*.py:*.decision": "a code of the playbook, checked by its action",
    "actions/deals/poc_*.py:*.what": "plan or roi, said by the product",
    "actions/deals/poc_roi.py:count.cents": "whole numbers, checked by its action",
    "actions/deals/customer_approvals.py:change.state": "a word of a list, checked by the action",
    "actions/deals/customer_approvals.py:change.due_on": "a day of the calendar",
    "actions/deals/customer_approvals.py:say_buying.*": "yes or no, or a month, checked by the action",
    "actions/deals/committee.py:seat.*": "roles and preference are words of the playbook's lists, checked by the action; the motive is looked at",
    "actions/deals/discovery.py:set_agenda.minutes": "numbers of minutes by section",
    "actions/deals/discovery.py:record.group": "a code of the playbook, checked by the action",
    "actions/deals/signing.py:*.step": "a code of the playbook or of a step of the deal, checked by the action",
    "actions/leads/given.py:*": "shapes: what they hold reaches capture and change, which look at it",
    "actions/market/given.py:*": "shapes: what they hold reaches add and change, which look at it",
}
"""room/file.py:function.argument (with *) → why the guard does not look at it."""


def loose() -> list[str]:
    """Every text an action takes that no `@phi.texts` of it names."""
    found = []
    for file in files("actions"):
        for node in ast.parse(file.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if not {"by", "at"} <= {arg.arg for arg in arguments}:
                continue
            guarded = _guarded(node)
            texts = [arg.arg for arg in arguments if arg.annotation is not None and _is_text(arg.annotation)]
            texts += ["**"] if node.args.kwarg is not None and node.args.kwarg.annotation is not None and _is_text(node.args.kwarg.annotation) else []
            place = file.relative_to(PACKAGE).as_posix()
            found += [f"{place}:{node.name}.{name}" for name in texts if name not in guarded]
    return found


def _guarded(node: ast.FunctionDef) -> set[str]:
    names: set[str] = set()
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "phi.texts":
            names |= {arg.value for arg in call.args if isinstance(arg, ast.Constant)}
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "phi.guard" and call.args:
            names |= {name.id for name in ast.walk(call.args[0]) if isinstance(name, ast.Name)}
    return names


def _is_text(annotation: ast.AST) -> bool:
    words = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return bool(words & {"str", "Any", "LeadGiven"}) and "Callable" not in words


@pytest.mark.req("COMM-14")
def test_every_free_text_is_looked_at_or_named_here_with_a_reason():
    forgotten = [one for one in loose() if not any(fnmatch.fnmatch(one, pattern) for pattern in EXCEPTIONS)]
    assert forgotten == [], "name it in @phi.texts(…) above the action, or in EXCEPTIONS with the reason"


def test_every_exception_says_why_and_is_needed():
    assert [name for name, why in EXCEPTIONS.items() if len(why) < 8] == []
    files_there = {file.relative_to(PACKAGE).as_posix() for file in files("actions")}
    gone = [name for name in EXCEPTIONS if ":" in name and "*" not in name and name.partition(":")[0] not in files_there]
    assert gone == []


def test_the_guard_of_an_action_names_arguments_it_has():
    wrong = []
    for file in files("actions"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                has = {arg.arg for arg in [*node.args.args, *node.args.kwonlyargs]} | {"**"}
                wrong += [f"{at(file, node)} {name}" for name in _guarded(node) - has if any(
                    isinstance(c, ast.Call) and ast.unparse(c.func) == "phi.texts" for c in node.decorator_list)]  # fmt: skip
    assert wrong == []
