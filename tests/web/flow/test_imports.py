"""The import wizard, page by page: a file of another system understood, seen before anything is written, run, taken back."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rounds.jobs.imports import carry_on
from rounds.models import Event, Import, ImportMapping, Lead, LeadStatusChange, ScoreRecord

SALESFORCE = """Id,FirstName,LastName,Email,Phone,Title,Company,State,LeadSource,Status,OwnerId,CreatedDate,Description
00Q1,Rhea,Amundsen,r.amundsen@larksong.example,(555) 010-0101,CIO,Larksong Medical Center,NY,Web,Open - Not Contacted,{owner},2026-03-01,
00Q2,Dov,Pellegrin,d.pellegrin@ninebark.example,,CMIO,Ninebark Memorial,NJ,Partner Referral,Closed - Converted,{owner},2026-03-02,Asked about sepsis alerts
00Q3,Sian,Whitcombe,s.whitcombe,,Analyst,Cinderbrook Health,PA,Web,Open - Not Contacted,,2026-03-03,
00Q1,Rhea,Amundsen,r.amundsen@larksong.example,,CIO,Larksong Medical Center,NY,Web,Open - Not Contacted,,2026-03-01,
00Q5,Mina,Dunsany,m.dunsany@kestrel.example,,CFO,Kestrel,NY,Billboard,Open - Not Contacted,,2026-03-04,My MRN 00482913 does not show
"""


@pytest.fixture
def wizard(cast, client):
    """`wizard.send(text)`: upload as RevOps and let the worker read it; `wizard.work()` lets it go on."""

    class Wizard:
        def __init__(self) -> None:
            self.client = client
            client.force_login(cast.revops)

        def send(self, text: str, name: str = "leads.csv", noun: str = "") -> Import:
            answer = client.post("/imports/", {"file": SimpleUploadedFile(name, text.encode()), "noun": noun})
            assert answer.status_code == 302, answer.content.decode()[-3000:]
            self.of = Import.objects.latest("at")
            return self.work()

        def work(self) -> Import:
            carry_on(self.of.pk)
            self.of = Import.objects.get(pk=self.of.pk)
            return self.of

        def get(self, path: str = "") -> str:
            answer = client.get(f"/imports/{self.of.pk}/{path}")
            assert answer.status_code == 200
            return answer.content.decode()

        def post(self, path: str, **said):
            answer = client.post(f"/imports/{self.of.pk}/{path}", said)
            assert answer.status_code in (302, 200), (answer.status_code, answer.content.decode()[-2000:])
            return answer

        def columns(self) -> dict[str, str]:
            plan = Import.objects.get(pk=self.of.pk).plan
            said = {f"to-{n}": one["to"] for n, one in enumerate(plan["columns"])} | {f"rule-{n}": one["rule"] for n, one in enumerate(plan["columns"])}
            return said | {f"match-{key}": "1" for key in plan["match"]}

    return Wizard()


@pytest.mark.req("INTEG-17", "PLUS-23", "UI-01")
def test_a_salesforce_export_from_upload_to_undo(wizard, cast):
    of = wizard.send(SALESFORCE.replace("{owner}", cast.owner.email))
    assert (of.state, of.system, of.rows, of.noun) == ("mapping", "Salesforce Lead", 5, "lead")
    assert "Salesforce Lead export recognised" in wizard.get()
    answer = wizard.post("mapping/", **wizard.columns())
    assert answer.url.endswith("step=values")
    page = wizard.get("?step=values")
    assert "Billboard" in page, "a word that is on no list is asked about"
    place = of.heads.index("LeadSource")
    sources = [value for one in _lists(of) if one["n"] == place for value in one["values"]]
    n = next(i for i, value in enumerate(sources) if value["said"] == "Billboard")
    wizard.post("values/", **{f"value-{place}-{n}": "Other"})
    of = wizard.work()
    assert of.state == "ready"
    assert {kind: of.counts.get(kind, 0) for kind in ("new", "duplicate", "error", "held")} == {"new": 3, "duplicate": 1, "error": 1, "held": 1}
    page = wizard.get()
    assert "3 rows will come in, 2 need you first" in page
    assert "The same external id as line 2" in page
    assert "is not an e-mail address" in page
    assert Lead.objects.count() == 0, "nothing has been written yet"

    left = list(csv.reader(io.StringIO(wizard.client.get(f"/imports/{of.pk}/errors.csv").content.decode("utf-8-sig"))))
    assert [row[0] for row in left] == ["Id", "00Q3", "00Q1"]

    wizard.post("running/")
    of = wizard.work()
    assert (of.state, of.report["counts"]["new"]) == ("done", 3)
    lead = Lead.objects.get(external_id="00Q1")
    assert (lead.name, lead.owner_id, lead.source, lead.captured_at.date().isoformat()) == ("Rhea Amundsen", cast.owner.id, "Web form", "2026-03-01")
    assert lead.phone == "(555) 010-0101"
    assert lead.score_total is not None
    assert ScoreRecord.objects.filter(lead=lead).count() == 2
    converted = Lead.objects.get(external_id="00Q2")
    assert list(LeadStatusChange.objects.filter(lead=converted).order_by("at").values_list("now", "reason")) == [("New", "imported"), ("Converted", "imported")]
    assert Lead.objects.get(external_id="00Q5").message == "", "what looks like patient data waits for a reviewer"
    assert set(Event.objects.filter(batch_id=of.pk).values_list("quiet", flat=True)) == {True}
    assert all(lead.heat == 0 for lead in Lead.objects.all())
    assert "automations off" in wizard.client.get("/imports/").content.decode()

    wizard.post("undoing/")
    of = wizard.work()
    assert (of.state, of.report["undone"]) == ("undone", {"taken": 3})
    assert Lead.objects.count() == 0
    assert "3 gone" in wizard.get()


@pytest.mark.req("INTEG-17", "PLUS-23")
def test_a_source_and_an_ehr_the_house_says_otherwise_are_asked_about_not_refused(wizard, cast):
    wizard.send("Name,E-mail,Lead source,EHR platform\nAnn Lee,ann@a.example,Trade fair,Cerner Millennium\nBo Fox,bo@b.example,Web form,Epic\n")
    assert wizard.post("mapping/", **wizard.columns()).url.endswith("step=values")
    page = wizard.get("?step=values")
    assert "What Trade fair means" in page
    assert "What Cerner Millennium means" in page
    of = Import.objects.get(pk=wizard.of.pk)
    meant = {"Trade fair": "Event", "Cerner Millennium": "Cerner"}
    wizard.post("values/", **{f"value-{one['n']}-{i}": meant[value["said"]] for one in _lists(of) for i, value in enumerate(one["values"]) if value["said"] in meant})
    wizard.work()
    wizard.post("running/")
    wizard.work()
    assert set(Lead.objects.values_list("source", "facts__ehr")) == {("Event", "Cerner"), ("Web form", "Epic")}


def _lists(of):
    from rounds.web.flow.import_columns import lists

    return lists(of)


@pytest.mark.req("INTEG-17", "PLUS-23")
def test_a_second_file_updates_by_its_rules_and_is_undone_without_touching_what_people_did(wizard, cast):
    first = "id,name,email,title,phone\nx1,Ann Lee,ann@a.example,CIO,555 010 0001\nx2,Bo Fox,bo@b.example,,\n"
    wizard.send(first)
    _through(wizard)
    assert Lead.objects.count() == 2
    second = "id,name,email,title,phone\nx1,Ann Lee,ann@a.example,CEO,555 010 0009\nx2,Bo Fox,bo@b.example,CFO,555 010 0002\nx3,Cy Hart,cy@c.example,,\n"
    of = wizard.send(second)
    assert of.plan["remembered"], "the columns are understood as they were last"
    said = wizard.columns() | {"rule-3": "always", "rule-4": "blank"}
    wizard.post("mapping/", **said)
    of = wizard.work()
    assert (of.counts["update"], of.counts["new"]) == (2, 1)
    assert "Job title; phone kept" in wizard.get("?rows=update")
    wizard.post("running/")
    wizard.work()
    ann = Lead.objects.get(external_id="x1")
    assert (ann.title, ann.phone) == ("CEO", "555 010 0001")
    assert Lead.objects.get(external_id="x2").phone == "555 010 0002"
    from rounds.actions.leads import leads
    from rounds.kit.clock import now

    leads.change(ann, by=cast.owner.actor, at=now(), title="President")
    wizard.post("undoing/")
    of = wizard.work()
    assert of.report["undone"] == {"taken": 1, "restored": 2, "left: changed since": 1}
    assert Lead.objects.get(external_id="x1").title == "President"
    assert (Lead.objects.get(external_id="x2").title, Lead.objects.get(external_id="x2").phone) == ("", "")


def _through(wizard) -> Import:
    wizard.post("mapping/", **wizard.columns())
    if wizard.of.state == "mapping" and Import.objects.get(pk=wizard.of.pk).state == "mapping":
        wizard.post("values/")
    wizard.work()
    wizard.post("running/")
    return wizard.work()


@pytest.mark.req("INTEG-17")
def test_what_somebody_worked_on_since_stays(wizard, cast):
    from rounds.actions.leads import activities
    from rounds.kit.clock import now

    wizard.send("id,name,email\nx1,Ann Lee,ann@a.example\nx2,Bo Fox,bo@b.example\n")
    _through(wizard)
    activities.log("call", lead=Lead.objects.get(external_id="x1"), by=cast.owner.actor, at=now())
    wizard.post("undoing/")
    of = wizard.work()
    assert of.report["undone"] == {"taken": 1, "left: has activities": 1}
    assert list(Lead.objects.values_list("external_id", flat=True)) == ["x1"]
    assert "has activities" in wizard.get()


@pytest.mark.req("INTEG-17", "PLUS-23")
def test_deals_are_recognised_and_their_stages_understood(wizard):
    of = wizard.send("Id,Name,AccountId,StageName,CloseDate,Amount\n006,Big deal,001,Prospecting,2026-12-01,100\n", name="opps.csv")
    assert (of.state, of.system, of.rows, of.noun) == ("mapping", "Salesforce Opportunity", 1, "deal")
    page = wizard.get()
    assert "Salesforce Opportunity export recognised" in page
    assert {"stage", "amount", "close_on", "account"} <= {one["to"] for one in of.plan["columns"]}


@pytest.mark.req("INTEG-17", "SEC-01")
def test_who_may_import_what(wizard, cast, client):
    client.force_login(cast.legal)
    assert client.get("/imports/").status_code == 403
    client.force_login(cast.revops)
    of = wizard.send("id,name,email\nx1,Ann Lee,ann@a.example\n")
    client.force_login(cast.owner)
    assert client.get("/imports/").status_code == 200
    assert client.get(f"/imports/{of.pk}/").status_code == 404, "somebody else's file"
    answer = client.post("/imports/", {"file": SimpleUploadedFile("people.csv", b"email,name\na@b.example,Ann\n"), "noun": "owner"})
    assert answer.status_code == 403


@pytest.mark.req("INTEG-17")
def test_mappings_are_remembered_by_their_headers(wizard):
    wizard.send("key,who,mail\nx1,Ann Lee,ann@a.example\n", noun="lead")
    wizard.post("mapping/", **{"to-0": "external_id", "to-1": "name", "to-2": "email", "rule-0": "always", "rule-1": "always", "rule-2": "always"})
    assert ImportMapping.objects.filter(noun="lead").count() == 1
    of = wizard.send("KEY,Who,Mail\nx2,Bo Fox,bo@b.example\n", noun="lead")
    assert [one["to"] for one in of.plan["columns"]] == ["external_id", "name", "email"]


HISTORY = """LeadId,Field,OldValue,NewValue,CreatedDate,CreatedById
00Q1,Status,Open - Not Contacted,Closed - Converted,2026-04-10,Somebody Else
00Q1,Rating,Cold,Hot,2026-04-01,Somebody Else
00Q2,Status,Open - Not Contacted,Nurture,2026-04-12,Somebody Else
00Q9,Status,Open - Not Contacted,Nurture,2026-04-12,Somebody Else
"""


@pytest.mark.req("PLUS-23")
def test_history_comes_along_back_dated_marked_and_reconciled(wizard, cast):
    wizard.send("Id,FirstName,LastName,Company,LeadSource,CreatedDate\n00Q1,Ann,Lee,A,Web,2026-03-01\n00Q2,Bo,Fox,B,Web,2026-03-02\n")
    _through(wizard)
    of = wizard.send(HISTORY, name="history.csv")
    assert (of.system, of.noun) == ("Salesforce LeadHistory", "status")
    _through(wizard)
    changes = LeadStatusChange.objects.filter(by_kind="import").order_by("at")
    assert [(one.was, one.now, one.at.date().isoformat(), one.by_name, one.reason) for one in changes] == [
        ("New", "Converted", "2026-04-10", "Somebody Else", "imported"), ("New", "Recycled", "2026-04-12", "Somebody Else", "imported"),
    ]  # fmt: skip
    of = Import.objects.get(pk=of.pk)
    assert (of.report["counts"]["new"], of.report["counts"]["error"], of.report["counts"]["skipped"]) == (2, 1, 1)
    assert all(one["same"] for one in of.report["reconciled"])
    assert {one["what"]: one["here"] for one in of.report["reconciled"]} == {"Changes to Converted": 1, "Changes to Recycled": 1}
    again = wizard.send(HISTORY, name="history.csv")
    _through(wizard)
    assert LeadStatusChange.objects.filter(by_kind="import").count() == 2, "a file of a parallel run says nothing twice"
    assert Import.objects.get(pk=again.pk).report["counts"]["new"] == 0


@pytest.mark.req("PLUS-23", "PLUS-04")
def test_accounts_contacts_and_activities_follow_each_other_by_their_ids(wizard, cast):
    wizard.send("Id,Name,ParentId,BillingState,BillingCity\n001B,Harbour East,001A,NY,Albany\n001A,Harbour Health,,NY,Albany\n", name="accounts.csv")
    plan = wizard.columns()
    assert "parent" in plan.values()
    _through(wizard)
    from rounds.models import Account, Contact, LeadActivity

    east = Account.objects.get(external_id="001B")
    wizard.send("Id,FirstName,LastName,AccountId,Email,Title\n003A,Ann,Lee,001B,ann@harbour.example,CIO\n003B,Bo,Fox,001Z,bo@x.example,CFO\n", name="contacts.csv")
    of = _through(wizard)
    assert (of.report["counts"]["new"], of.report["counts"]["error"]) == (1, 1)
    ann = Contact.objects.get(external_id="003A")
    assert (ann.account_id, ann.role) == (east.id, "CIO")
    wizard.send("Id,WhoId,WhatId,Subject,Description,ActivityDate,Type\n00T1,003A,001B,First call,,2026-05-01,Call\n", name="tasks.csv")
    of = _through(wizard)
    assert of.report["counts"]["new"] == 1
    act = LeadActivity.objects.get(external_id="00T1")
    assert (act.contact_id, act.account_id, act.kind, act.by_kind) == (ann.id, east.id, "call", "import")
    east.refresh_from_db()
    assert (east.heat, east.last_touch_at.date().isoformat()) == (0, "2026-05-01"), "it is remembered, and warms nothing"
    wizard.post("undoing/")
    assert wizard.work().report["undone"] == {"taken": 1}


@pytest.mark.req("INTEG-17", "LEAD-31")
def test_a_new_row_that_is_like_a_record_here_is_asked_about_and_done_as_answered(wizard, cast, see_all):
    from rounds.actions.market import accounts
    from rounds.kit.clock import now
    from rounds.models import Account, ImportRow

    here = {"state": "OH", "city": "Akron", "zip": "44301", "by": cast.admin.actor, "at": now()}
    kestrel, mercy = (accounts.add(name=name, **here) for name in ("Kestrel Ridge Medical Center", "Mercy Hospital"))
    wizard.send("account name,billing state,billing city,billing zip,phone\nKestrel Rdge Medical Center,OH,Akron,44301,330 555 0100\n"
                "Mercy Hosp,OH,Akron,44301,330 555 0111\nGranite Clinic,PA,Erie,16501,814 555 0122\n", "accounts.csv", noun="account")
    wizard.post("mapping/", **wizard.columns())
    of = wizard.work()
    assert {kind: of.counts.get(kind, 0) for kind in ("new", "duplicate")} == {"new": 1, "duplicate": 2}
    page = wizard.get()
    assert "% like Kestrel Ridge Medical Center; say whether it is the same" in page
    assert "Same, update it" in page
    see_all()
    asked = {row.number: row.target for row in ImportRow.objects.filter(of=of, verdict="duplicate")}
    assert asked == {1: kestrel.id, 2: mercy.id}
    wizard.post("answers/1/", answer="same")
    wizard.post("answers/2/", answer="new")
    wizard.post("mapping/", **wizard.columns())
    of = wizard.work()
    assert {kind: of.counts.get(kind, 0) for kind in ("new", "update", "duplicate")} == {"new": 2, "update": 1, "duplicate": 0}, "asked once"
    wizard.post("running/")
    wizard.work()
    see_all()
    kestrel.refresh_from_db()
    assert (kestrel.name, kestrel.phone) == ("Kestrel Rdge Medical Center", "330 555 0100")
    assert Account.objects.filter(name__in=("Mercy Hosp", "Mercy Hospital", "Granite Clinic")).count() == 3


@pytest.mark.req("INTEG-18", "INTEG-17")
@pytest.mark.parametrize(("kind", "body"), [("multipart/form-data", b""), ("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"--b\r\nbroken")])
def test_a_form_that_cannot_be_read_is_said_to_be_one(cast, kind, body):
    from django.test import Client

    from rounds.actions.trust import tokens
    from rounds.kit.clock import now

    _, token = tokens.make(cast.admin, name="t", scopes=["imports:write"], by=cast.admin.actor, at=now())
    said = Client(raise_request_exception=False).generic("POST", "/api/v1/imports", body, content_type=kind, headers={"Authorization": f"Bearer {token}"})
    assert said.status_code in (400, 422)
