"""One deal from a lead to the day the customer accepts the go-live, through every gate, by clicking alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.clicking import fill, here, newest_link, signed_by_service, stands_in

ORGANISATION, HOST = "Saltmarsh Regional Hospital", "saltmarsh.example"
PEOPLE = (("Ruben Sasse", "Chief Information Officer"), ("Odile Marsh", "Nurse Manager, 3 East"), ("Milo Brandt-Reyes", "Chief Financial Officer"))
FOUND_OUT = ("current state", "pain point or use case", "workflow", "success criterion", "system architecture", "security requirement",
             "data flow", "integration complexity")  # fmt: skip


@pytest.mark.req("PIPE-02", "PIPE-05", "PIPE-16", "PIPE-18", "PIPE-25", "LEAD-32", "DEMO-05", "POC-03", "POC-04", "POC-08", "POC-10", "PRICE-08",
                 "LEGAL-01", "LEGAL-05", "IMPL-01", "IMPL-06", "UI-01")  # fmt: skip
@pytest.mark.timeout(1800)
def test_from_a_qualified_lead_to_an_accepted_go_live(visitor):
    olivia = visitor("olivia")
    page, world = olivia.page, olivia.world
    page.set_default_timeout(45_000)
    deal = qualify_and_convert(page, world)
    name_the_committee(page, deal)
    discover(page, deal)
    show_a_demo(page, deal)
    poc = agree_on_a_poc(page, deal)
    open_the_data_door(page, poc, visitor)
    prove_it(page, poc, deal)
    quote = price_it(page, deal, visitor)
    propose(page, quote, deal, visitor)
    settle_the_paper(page, deal, visitor, world)
    go_live(page, visitor, world)


def qualify_and_convert(page, world) -> str:
    page.goto(world.address + "/leads/new/")
    page.get_by_label("Name", exact=True).fill("Wanda Ostrow")
    page.get_by_label("Job title").fill("Chief Medical Information Officer")
    page.get_by_label("Organisation").fill(ORGANISATION)
    page.get_by_label("State").select_option(label="New York")
    page.get_by_label("E-mail").fill(f"wanda.ostrow@{HOST}")
    page.get_by_role("button", name="Add the lead").click()
    page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/"))
    page.keyboard.press("q")
    page.wait_for_url(re.compile("/qualification/"))
    for dimension in ("budget", "authority", "need", "timeline"):
        page.locator(f"#dim-{dimension} [data-sheet-item]").first.focus()
        for _ in range(3):
            page.keyboard.press("y")
            page.keyboard.press("ArrowDown")
        expect(page.locator(f"#state-{dimension}")).to_contain_text("Met")
    for item in ("Technology requirements confirmed", "Competitive landscape assessed"):
        page.get_by_role("form", name=item).get_by_role("button", name="Yes").click()
        expect(page.get_by_role("form", name=item).get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Qualify Q").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is qualified")
    page.get_by_role("button", name="Convert to a deal").click()
    page.get_by_role("button", name="Open the deal").click()
    page.wait_for_url(re.compile("/opportunities/[0-9a-f-]{36}/"))
    expect(page.locator("#committee, aside").first).to_contain_text("Wanda Ostrow")
    return page.url


def name_the_committee(page, deal) -> None:
    """Who decides is put on the committee without leaving it; then the gate lets the deal go."""
    for name, title in PEOPLE:
        page.goto(deal + "committee/")
        page.get_by_role("button", name="Add a person").first.click()
        page.get_by_role("link", name="Somebody new").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Title").fill(title)
        page.get_by_label("E-mail").fill(name.lower().replace(" ", ".") + f"@{HOST}")
        page.get_by_role("button", name="Add the contact").click()
        page.wait_for_url(re.compile("/committee/"))
    fill(page, "Change Odile Marsh", {"Stance": "champion"}, "Save")
    expect(page.locator("main")).to_contain_text("Nothing: enough people, a champion where one is due, and the money is known.")
    pass_the_gate(page, deal, "Discovery")
    stands_in(page, deal, "Discovery")


def pass_the_gate(page, deal, stage, **shown) -> None:
    """Open the next gate, tick what a person has to answer for, and move on."""
    page.goto(deal)
    page.get_by_role("button", name=re.compile("^Move to")).click()
    gate = page.get_by_role("dialog")
    expect(gate.get_by_role("heading", level=2)).to_contain_text(f"goes to {stage}")
    for title, shows in shown.items():
        line = gate.locator(".gate-line", has_text=title.replace("_", " "))
        line.get_by_role("textbox").fill(shows)
        line.get_by_role("button", name="Tick it").click()
        expect(gate.locator(".gate-line.met", has_text=title.replace("_", " "))).to_contain_text(shows)
    with page.expect_navigation():
        gate.get_by_role("button", name="Move", exact=True).click()


def discover(page, deal) -> None:
    page.goto(deal + "discovery/")
    fill(page, "Plan the call", {"When": here(3), "Wanda Ostrow": "on"}, "Plan it")
    expect(page.get_by_role("heading", level=1)).to_contain_text("A discovery call is planned")
    for section in ("2. Current state", "3. Challenges", "4. Technology landscape", "5. Success metrics", "6. Next steps"):
        page.get_by_role("textbox", name=section).fill("As they said it")
    page.get_by_role("button", name="It was held").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 discovery call held")
    for kind in FOUND_OUT:
        fill(page, f"Add {kind}", {"What was found out": f"Their {kind}"}, "Write it down")
    expect(page.get_by_role("heading", level=1)).to_contain_text("8 of 8 kinds written down")


def show_a_demo(page, deal) -> None:
    """A demo nobody booked is written down, and moves the deal by itself."""
    page.goto(deal + "demos/new/")
    page.get_by_label("Wanda Ostrow").check()
    page.get_by_label("Odile Marsh").check()
    page.get_by_label("Type", exact=True).select_option("clinical")
    page.get_by_label("Day and time").fill(here(2))
    page.get_by_role("button", name="Book it").click()
    page.wait_for_url(re.compile("/demos/[0-9a-f-]{36}/"))
    fill(page, "It was held", {}, "It was held")
    for _ in range(2):
        fill(page, "Feedback", {"Rating": "5"}, "Keep it")
    stands_in(page, deal, "Demo")


def agree_on_a_poc(page, deal) -> str:
    page.goto(deal)
    with page.expect_navigation():
        page.get_by_role("button", name="Draft a POC").click()
    fill(page, "What it is for", {
        "Use case it is to prove": "Fewer falls on 3 East", "What it takes of the customer": "One nurse champion",
        "Conversion terms": "Signs within 30 days of a success", "Customer's executive": "first", "Customer's data owner": "first", "Weeks": "4",
    }, "Save")  # fmt: skip
    fill(page, "Add a criterion", {"Name": "Falls found early", "Target": "80", "Baseline": "20", "Cases planned": "60", "Mandatory": "on"}, "Add")
    fill(page, "Record the agreement", {"Who signed": "first"}, "It is agreed")
    fill(page, "Kick it off", {}, "Kick off")
    return page.url


def open_the_data_door(page, poc, visitor) -> None:
    """Compliance writes the agreement down; before, the door is shut, and afterwards it is open."""
    expect(page.locator("main")).to_contain_text("Data integration stays shut until a BAA is in force")
    theirs = visitor("priya").go("/trust/agreements/")
    theirs.get_by_text("A customer", exact=True).click()
    theirs.get_by_label("Name of the account").fill(ORGANISATION)
    theirs.get_by_role("button", name="Find").click()
    theirs.get_by_role("button", name=f"Add {ORGANISATION}").first.click()
    theirs.get_by_label("Version", exact=True).fill("2026-1")
    theirs.get_by_role("button", name="Add the version").click()
    theirs.get_by_role("button", name="Signed on this day").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("covered")
    page.goto(poc)
    with page.expect_navigation():
        page.locator("tr").filter(has_text="Data integration").get_by_role("button", name="Reached").click()
    expect(page.locator("main")).to_contain_text("Data came in")


def prove_it(page, poc, deal) -> None:
    fill(page, "Record a reading", {"How many": "112", "Of how many": "120"}, "Record")
    page.get_by_role("link", name="Count it").click()
    for what, amount in (("Cost savings", "900,000"), ("Running cost", "300,000")):
        page.get_by_label(f"{what}, dollars a year", exact=True).fill(amount)
        page.get_by_label(f"Source of {what}").fill("Their finance team")
    with page.expect_navigation():
        page.get_by_role("button", name="Count", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("200.0 % return")
    fill(page, "The customer signs it", {"Who signed": "first"}, "Signed")
    page.goto(poc)
    with page.expect_navigation():
        page.get_by_role("button", name="Draft the roll-out plan").click()
    fill(page, "Hold the readout", {}, "Hold the readout")
    expect(page.locator("main")).to_contain_text("Success: every mandatory criterion is met")
    fill(page, "Accepted", {"Who signed": "first"}, "Signed")
    fill(page, "Signed off", {"Who signed": "first"}, "Signed off")
    fill(page, "Decide", {"Decision": "convert"}, "Decide")
    stands_in(page, deal, "POC success")
    expect(page.locator("main")).to_contain_text("3 of 4 criteria met")


def price_it(page, deal, visitor) -> str:
    """A discount beyond the guidelines: two say yes one after the other."""
    page.goto(deal)
    page.get_by_label("Product", exact=True).select_option(label="Sepsis early warning")
    page.get_by_role("button", name="New quote").click()
    page.wait_for_url(re.compile(r"/quotes/[0-9a-f-]{36}/"))
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/quotes/" in answer.url):
        page.get_by_label("Discount on the subtotal").fill("27.5")
        page.get_by_label("Discount on the subtotal").press("Enter")
    page.get_by_label("What", exact=True).select_option("received:reference")
    page.get_by_label("In words").fill("A case study after go-live")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#talks")).to_contain_text("A case study after go-live")
    page.get_by_role("button", name=re.compile("^Ask for approval")).click()
    page.get_by_label("Why it is worth it").fill("Their first contract with us")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#approval")).to_contain_text("lies with Vera")
    for approver in ("vera", "felix"):
        his = visitor(approver).page
        his.goto(page.url)
        if approver == "vera":
            his.get_by_label(re.compile("Your word on 27.5 % off")).fill("For the reference")
        his.get_by_role("button", name="Approve").click()
        expect(his.locator("main")).to_contain_text("lies with Felix" if approver == "vera" else "may go out")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("may go out")
    return page.url


def propose(page, quote, deal, visitor) -> None:
    """The customer opens the proposal by the link of their letter and accepts it in principle."""
    pass_the_gate(page, deal, "Proposal Sent", User_adoption_confirmed="31 of 34 nurses on nights")
    page.goto(quote)
    page.get_by_role("button", name="Write the proposal").click()
    page.wait_for_url(re.compile("/proposals/"))
    page.get_by_role("button", name="Send it").first.click()
    expect(page.locator("#send")).to_contain_text("Wanda Ostrow gets a mail with a link of their own")
    page.locator("#send").get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("not opened yet")
    customer = visitor().page
    customer.goto(newest_link(visitor, f"wanda.ostrow@{HOST}"))
    customer.get_by_role("button", name="Open the proposal").click()
    customer.get_by_role("button", name="We accept it in principle").click()
    expect(customer.get_by_role("button", name="We decline")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("accepted in principle")
    page.get_by_role("button", name="They agree").click()
    expect(page.get_by_role("button", name="They agree")).to_have_count(0)
    stands_in(page, deal, "Proposal")
    expect(page.locator("main")).to_contain_text("3 of 4 criteria met")


def settle_the_paper(page, deal, visitor, world) -> None:
    """Checklist, executive, both signatures by the service: only then is the deal won, and nobody wins it by hand before."""
    page.get_by_role("link", name="Add a contract").click()
    page.get_by_label("Kind", exact=True).select_option(label="Subscription agreement")
    page.get_by_role("button", name="Add the contract").click()
    page.wait_for_url(re.compile(r"/contracts/[0-9a-f-]{36}/"))
    contract = page.url
    page.get_by_role("button", name="Start the review").click()
    expect(page.get_by_role("button", name="Start the review")).to_have_count(0)
    stands_in(page, deal, "Negotiation")
    page.get_by_role("button", name=re.compile("^Move to|^Close as won|^Win")).first.click()
    gate = page.get_by_role("dialog")
    expect(gate.locator(".gate-line.hard", has_text="Contract executed")).to_contain_text("Have both sides sign")
    expect(gate.get_by_role("button", name="Close as won")).to_be_disabled()

    legal = visitor("lena").page
    legal.goto(contract)
    agreed = legal.locator("#checklist").get_by_role("button", name=re.compile("^Agreed"))
    for left in range(agreed.count() - 1, -1, -1):
        agreed.first.click()
        expect(agreed).to_have_count(left)
    legal.locator("#approval").get_by_text("Write one down").click()
    legal.locator("#approval").get_by_label("Who", exact=True).fill("Milo Brandt-Reyes")
    legal.locator("#approval").get_by_label("Evidence").fill("His mail of this morning")
    legal.get_by_role("button", name="Keep the approval").click()
    expect(legal.get_by_role("heading", level=1)).to_contain_text("the customer has not signed")
    number = re.search(r"/contracts/([0-9a-f-]{36})/", contract)[1]
    sides = (("ours", "Marian Holt"), ("customer", "Milo Brandt-Reyes"))
    assert signed_by_service(world, number, "Penline", *sides) == ["in_review", "executed"]
    page.goto(deal)
    expect(page.locator("main")).to_contain_text("won")
    expect(page.get_by_role("heading", name="Implementation", level=2)).to_be_visible()


def go_live(page, visitor, world) -> None:
    """Customer success works the plan off, invites the customer, and the customer accepts the go-live in the portal."""
    page.get_by_role("link", name="Plan", exact=True).click()
    page.wait_for_url(re.compile("/implementations/"))
    cora = visitor("cora").page
    cora.set_default_timeout(45_000)
    cora.goto(page.url)
    mark = cora.get_by_role("button", name="Production deployment: done or moved")
    for _ in range(24):
        if not mark.count():
            break
        cora.locator(".g-act button[data-opens]").first.click()
        dialog = cora.locator("dialog[open]")
        dialog.get_by_label("What shows it").fill("Seen on site")
        with cora.expect_navigation():
            dialog.get_by_role("button", name="Done", exact=True).click()
    expect(mark).to_have_count(0)
    cora.get_by_label("You are here").get_by_role("link", name=ORGANISATION).click()
    cora.get_by_label("Whom to invite").select_option(label="Ruben Sasse")
    cora.get_by_role("button", name="Invite").click()
    expect(cora.locator("main")).to_contain_text("Ruben Sasse")

    theirs = visitor().page
    theirs.goto(newest_link(visitor, f"ruben.sasse@{HOST}"))
    theirs.get_by_role("button", name="Log in").click()
    theirs.wait_for_url(re.compile("/portal/|/me/password/"))
    theirs.goto(world.address + "/portal/")
    theirs.get_by_role("link", name=re.compile("^Go-live")).click()
    theirs.get_by_label("Your title").fill("CIO")
    theirs.get_by_role("button", name="Send").click()
    expect(theirs.get_by_text("Ruben Sasse, CIO")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Live since").first).to_be_visible()
    expect(page.get_by_text("Ruben Sasse, CIO signed")).to_be_visible()
