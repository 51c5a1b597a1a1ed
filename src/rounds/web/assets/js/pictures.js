// Pictures are drawn by a second file, fetched only where a page has one.
import { each, meta, on, one, say } from "./dom.js";

let drawing;
const charts = () => (drawing ??= import(meta("charts")));

each("[data-chart]", (element) => {
  charts().then((module) => module.draw(element));
});
document.addEventListener("themechange", () => drawing?.then((module) => module.redraw()));

on("click", "[data-modes] [data-mode]", (event, button) => {
  const group = button.closest("[data-modes]");
  for (const each of group.querySelectorAll("[data-mode]")) each.setAttribute("aria-pressed", String(each === button));
  for (const legend of document.querySelectorAll(`[data-legend="${group.dataset.modes}"]`)) legend.hidden = legend.dataset.of !== button.dataset.mode;
  charts().then((module) => module.mode(document.getElementById(group.dataset.modes), button.dataset.mode));
});

on("click", "[data-png]", async (event, button) => {
  const figure = button.closest("figure");
  const name = await (await charts()).png(one("[data-chart]", figure), button.dataset);
  say(one("[data-chart-said]", figure), name ? `Saved as ${name}` : "The picture is not drawn, so it cannot be saved.");
});
