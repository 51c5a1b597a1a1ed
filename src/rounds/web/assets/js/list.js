// Lists: a cursor for j and k, selection with x and by range, and the bar of what is selected.
import { all, each, on, one, say } from "./dom.js";
import { free } from "./keys.js";

const rows = (table) => all("[data-row]", table);
const box = (row) => one('input[name="ids"]', row);
const here = () => one("table[data-list]");
let last = null; // the row selected last, where a range begins

/** The row under the cursor. */
export const cursor = () => one("tr.cursor[data-row]");

/** Moves the cursor to `row`; readers hear it because it takes the focus. */
export function moveTo(row) {
  if (!row) return;
  cursor()?.classList.remove("cursor");
  row.classList.add("cursor");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("rounds:cursor", { detail: row }));
}

function step(by) {
  const found = rows(here()), at = found.indexOf(cursor());
  moveTo(found[at < 0 ? 0 : Math.max(0, Math.min(found.length - 1, at + by))]);
}

function select(row, yes) {
  const input = box(row);
  if (input) input.checked = yes;
  row.setAttribute("aria-selected", String(yes));
}

function bar(table) {
  const form = table.closest("[data-list-form]"), tools = form && one("[data-bulk]", form);
  const found = rows(table), picked = found.filter((row) => box(row)?.checked);
  const head = one("[data-select-page]", table);
  if (head) {
    head.checked = picked.length > 0 && picked.length === found.length;
    head.indeterminate = picked.length > 0 && picked.length < found.length;
  }
  if (!tools) return;
  const total = Number(tools.dataset.total), all_ = one("[data-all]", tools), more = one("[data-all-matching]", tools);
  if (picked.length < found.length) all_.value = "";
  tools.hidden = picked.length === 0;
  more.hidden = all_.value === "1" || picked.length < found.length || total <= found.length;
  const count = all_.value === "1" ? total : picked.length;
  say(one("[data-bulk-said]", tools), picked.length ? `${count.toLocaleString("en-US")} selected` : "");
}

each("table[data-list]", bar);

on("change", '[data-row] input[name="ids"]', (event, input) => {
  const row = input.closest("[data-row]"), table = row.closest("table");
  select(row, input.checked);
  last = row;
  bar(table);
});
on("click", '[data-row] input[name="ids"]', (event, input) => {
  const row = input.closest("[data-row]"), found = rows(row.closest("table"));
  const [from, to] = [found.indexOf(last), found.indexOf(row)];
  if (!event.shiftKey || from < 0) return;
  found.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => select(each, input.checked));
});
on("change", "[data-select-page]", (event, head) => {
  const table = head.closest("table");
  rows(table).forEach((row) => select(row, head.checked));
  bar(table);
});
on("click", "[data-all-matching]", (event, button) => {
  one("[data-all]", button.closest("[data-bulk]")).value = "1";
  bar(one("table[data-list]", button.closest("[data-list-form]")));
});
on("click", "[data-bulk-clear]", (event, button) => {
  const table = one("table[data-list]", button.closest("[data-list-form]"));
  rows(table).forEach((row) => select(row, false));
  bar(table);
  (cursor() ?? one("[data-select-page]", table))?.focus();
});

// A click beside the words of a row moves the cursor; a double click opens.
on("click", "[data-row]", (event, row) => {
  if (!event.target.closest("a, button, input, select, label, details")) moveTo(row);
});
on("dblclick", "[data-row][data-href]", (event, row) => {
  if (!event.target.closest("a, button, input, select, label")) location.assign(row.dataset.href);
});

// Arrows go from row to row only where nothing else would scroll by them: in a list that says so, or with the focus nowhere.
const arrow = (event) => (one("[data-arrows]") && (event.target === document.body || event.target.closest?.("[data-arrows]")) ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : 0);

document.addEventListener("keydown", (event) => {
  const table = here();
  if (!table || !free(event)) return;
  const onControl = event.target.closest?.("a, button, summary, [data-chart]");
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (arrow(event)) step(arrow(event));
  else if (event.key === "x" && cursor()) {
    const row = cursor();
    select(row, !box(row)?.checked);
    last = row;
    bar(table);
  } else if (event.key === "Enter" && cursor() && !onControl) location.assign(cursor().dataset.href);
  else return;
  event.preventDefault();
});
