// The side panel: Space shows the row under the cursor, j and k carry it along, Esc closes it. The list stays alive.
import htmx from "./boot.js";
import { on, one } from "./dom.js";
import { free } from "./keys.js";
import { cursor, moveTo } from "./list.js";

const panel = () => one("[data-preview]#preview");
let shown = null, waiting;

export function show(row) {
  const place = panel(), address = row?.dataset.preview;
  if (!place || !address || shown === address) return;
  shown = address;
  place.hidden = false;
  htmx.ajax("GET", address, { target: place, swap: "innerHTML" });
}

function hide() {
  const place = panel();
  shown = null;
  place.hidden = true;
  place.replaceChildren();
  if (cursor()) moveTo(cursor());
}

document.addEventListener("keydown", (event) => {
  const place = panel();
  if (!place) return;
  if (event.key === "Escape" && !place.hidden && !one("dialog[open]") && !event.defaultPrevented) return hide();
  if (event.key !== " " || !free(event) || event.target.closest?.("a, button, summary, input, [data-chart]")) return;
  event.preventDefault();
  if (!cursor()) moveTo(one("[data-row]"));
  if (place.hidden) show(cursor());
  else hide();
});

document.addEventListener("rounds:cursor", (event) => {
  const place = panel();
  if (!place || place.hidden) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => show(event.detail), 60);
});

on("click", "[data-preview-close]", hide);
