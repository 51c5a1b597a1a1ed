// A grid of figures: Enter and the arrows up and down go to the same figure of the next line; what was typed is kept as
// it is left. After the page was drawn anew the figure one stood in has the focus again.
import { all, on } from "./dom.js";

let wanted = "";

on("keydown", "[data-cell]", (event, cell) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const column = all(`[data-cell][name="${cell.name}"]`), cells = column.length > 1 ? column : all("[data-cell]");
  const next = cells[cells.indexOf(cell) + step];
  wanted = next ? next.id : cell.id;
  if (next) next.focus(), next.select();
  else cell.blur(), cell.focus();
});
on("focusin", "[data-cell]", (_, cell) => { wanted = cell.id; });
on("focusin", "a, button, select, textarea", () => { wanted = ""; });

document.addEventListener("htmx:afterSettle", () => {
  const cell = wanted && document.getElementById(wanted);
  if (cell && document.activeElement !== cell) cell.focus(), cell.select();
});
