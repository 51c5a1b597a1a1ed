// The keyboard: single letters press the controls that carry them (data-key), g and a letter goes to a place,
// / searches, ? lists all. Off while typing, inside dialogs, and when the person switched single letters off.
import { all, meta, on, one, typing } from "./dom.js";
import { open } from "./dialogs.js";

const STORE = "rounds.single-keys";
const stored = () => localStorage.getItem(STORE) ?? meta("single-keys");
export const singleKeys = () => stored() !== "off";

let going = 0; // when g was pressed

/** True when a bare letter may act now. */
export function free(event) {
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
  return bare && !event.defaultPrevented && singleKeys() && !typing(event.target) && !one("dialog[open]");
}

const visible = (element) => element.offsetParent !== null && !element.disabled;

function search() {
  const field = one("[data-search]");
  if (field && visible(field)) field.focus();
  else one("[data-opens=palette]")?.click();
}

document.addEventListener("keydown", (event) => {
  if (!free(event)) return;
  const key = event.key.toLowerCase();
  if (going && event.timeStamp - going < 1500) {
    going = 0;
    const place = one(`[data-go="${CSS.escape(key)}"]`);
    if (place) {
      event.preventDefault();
      place.click();
    }
    return;
  }
  going = 0;
  if (key === "g") going = event.timeStamp;
  else if (key === "/") { event.preventDefault(); search(); }
  else if (key === "?") { event.preventDefault(); list(); open(one("#keys")); }
  else if (key.length === 1 && !event.shiftKey) {
    // The row under the cursor and the open preview come before the page.
    const places = [one("#preview:not([hidden])"), one("tr.cursor"), document].filter(Boolean);
    const letter = CSS.escape(key);
    const inside = (place) => all(`[data-key="${letter}"]${place === document ? "" : `, [data-row-key="${letter}"]`}`, place);
    const control = places.flatMap(inside).find(visible);
    if (control) {
      event.preventDefault();
      if (!control.dataset.rowKey) control.focus(); // in a list the row keeps it: Space and J go on from there
      control.click();
    }
  }
});

function line(key, words, before = "") {
  const row = document.createElement("span");
  for (const part of [before, key].filter(Boolean)) {
    row.append(Object.assign(document.createElement("kbd"), { className: "key", textContent: part.toUpperCase() }), " ");
  }
  row.append(words);
  return row;
}

const said = (element) => (element.dataset.keySays ?? element.getAttribute("aria-label") ?? words(element)).trim();
function words(element) {
  const copy = element.cloneNode(true);
  all(".key, .sr-only, .n, svg", copy).forEach((part) => part.remove());
  return copy.textContent.replace(/\s+/g, " ");
}

/** Fills the dialog of all keys with what this page offers. */
function list() {
  const controls = all("[data-key]").filter((element) => !element.closest("dialog"));
  const row = one("[data-row-key]"); // every row has it: told once
  if (row) controls.push(row);
  one("[data-keys-here]").replaceChildren(...controls.map((element) => line(element.dataset.key ?? element.dataset.rowKey, said(element))));
  one("[data-keys-go]").replaceChildren(...all(".rail [data-go]").map((link) => line(link.dataset.go, said(link), "g")));
  one("[data-single-keys]").checked = singleKeys();
}
on("click", "[data-opens=keys]", list);
on("change", "[data-single-keys]", (event, box) => localStorage.setItem(STORE, box.checked ? "on" : "off"));
