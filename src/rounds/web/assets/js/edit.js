// A cell that became a field: the field has the focus, Esc gives the value back.
import { on, one } from "./dom.js";

const before = new WeakMap();

document.addEventListener("htmx:beforeSwap", (event) => {
  const cell = event.detail.target?.closest?.("[data-edit-cell]");
  if (cell && event.detail.requestConfig?.verb === "get") before.set(cell, cell.innerHTML);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const field = one("[data-edit-form] .field", event.detail.target);
  field?.focus();
  field?.select?.();
});

on("keydown", "[data-edit-form]", (event, form) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  const cell = form.closest("[data-edit-cell]");
  cell.innerHTML = before.get(cell) ?? "";
  window.dispatchEvent(new CustomEvent("rounds:process", { detail: cell }));
  one("button", cell)?.focus();
});
