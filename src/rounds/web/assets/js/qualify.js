// A sheet filled by keyboard during a call: arrows or j and k move, y n u answer, / goes to the note, Enter and Esc come
// back from it. An answer is shown at once and saved by its form; what was not taken is shown as it stood.
import { all, on, one } from "./dom.js";
import { free } from "./keys.js";

const items = () => all("[data-sheet-item]");
const here = () => document.activeElement?.closest?.("[data-sheet-item]");

function move(by) {
  const found = items(), at = found.indexOf(here());
  const next = found[at < 0 ? 0 : Math.max(0, Math.min(found.length - 1, at + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const ANSWERS = { y: "yes", n: "no", u: "unknown" };

// Before the keys of the page: / is the note here, not the search.
document.addEventListener("keydown", (event) => {
  if (!one("[data-sheet]") || !free(event)) return;
  const item = here();
  if (event.key in STEPS) move(STEPS[event.key]);
  else if (item && event.key in ANSWERS) {
    const button = one(`button[value="${ANSWERS[event.key]}"]`, item);
    if (!button || button.disabled) return;
    button.click(); // htmx asks which button was clicked
    item.focus({ preventScroll: true });
  } else if (item && event.key === "/") one("[data-sheet-note]", item)?.focus();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// A note is sent when it is left, with the answer that stands; Enter and Esc lead back to the line.
on("keydown", "[data-sheet-note]", (event, note) => {
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  note.closest("[data-sheet-item]").focus();
});
on("change", "[data-sheet-note]", (event, note) => {
  const item = note.closest("[data-sheet-item]");
  const button = one('button[aria-pressed="true"]', item) ?? one('button[value="unknown"]', item);
  if (button && !button.disabled) button.click();
});

// Answers are sent one after the other, so that what stands on the page is what the last of them made. One that waits its
// turn has been left by then, and with the focus goes which button was pressed: the form keeps it.
document.addEventListener("submit", (event) => {
  const kept = event.submitter?.name === "answer" && one("[data-sheet-answer]", event.target);
  if (kept) Object.assign(kept, { name: "answer", value: event.submitter.value });
}, true);

// Shown as given until the server says how it stands.
on("submit", "[data-sheet-item]", (event, item) => {
  all(".ans button", item).forEach((button) => button.setAttribute("aria-pressed", String(button === event.submitter)));
});
document.addEventListener("htmx:afterSwap", (event) => {
  const refused = one("[data-sheet-refused]", event.detail.target);
  const item = refused?.closest("[data-sheet-item]");
  if (item && refused.dataset.sheetRefused === "note") one("[data-sheet-note]", item)?.focus();
});
