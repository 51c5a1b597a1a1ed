// Dialogs, drop-downs and parts that open and close; the focus always goes back to the opener.
import { all, each, on, one } from "./dom.js";

const openers = new WeakMap();

/** Opens a <dialog> and remembers where the focus was. */
export function open(dialog, opener = document.activeElement) {
  if (!dialog || dialog.open) return;
  openers.set(dialog, opener);
  dialog.showModal();
}

each("dialog", (dialog) => {
  if (dialog.dataset.ready) return;
  dialog.dataset.ready = "1";
  dialog.addEventListener("close", () => openers.get(dialog)?.focus?.());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the scrim
  });
});

on("click", "[data-opens]", (event, button) => {
  const drop = button.closest("details.drop");
  open(document.getElementById(button.dataset.opens), drop ? one("summary", drop) : button);
  drop?.removeAttribute("open");
});
on("click", "[data-closes]", (event, button) => button.closest("dialog")?.close());

on("click", "[data-toggles]", (event, button) => {
  const part = document.getElementById(button.dataset.toggles);
  part.hidden = !part.hidden;
  for (const opener of all(`[aria-controls="${part.id}"]`)) {
    opener.setAttribute("aria-expanded", String(!part.hidden));
    if (part.hidden) opener.focus();
  }
  if (!part.hidden) one("select, input:not([type=hidden])", part)?.focus();
});

// A drop-down closes on a click elsewhere, on Esc, and when the focus leaves it.
document.addEventListener("click", (event) => {
  for (const drop of all("details.drop[open]")) if (!drop.contains(event.target)) drop.open = false;
});
on("focusout", "details.drop[open]", (event, drop) => {
  if (event.relatedTarget && !drop.contains(event.relatedTarget)) drop.open = false;
});
on("keydown", "details.drop[open]", (event, drop) => {
  if (event.key !== "Escape") return;
  drop.open = false;
  one("summary", drop).focus();
  event.stopPropagation();
});
