// Hints: one floating line for all [data-tip]; on hover, focus and touch; it can be pointed at, and Esc hides it.
import { on } from "./dom.js";

const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("popover", "manual");
tip.setAttribute("aria-hidden", "true"); // the words stand beside the value for readers
document.body.append(tip);

let owner = null, timer;

function place() {
  const at = owner.getBoundingClientRect(), own = tip.getBoundingClientRect();
  const above = at.top - own.height - 6;
  tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  tip.style.top = `${above > 8 ? above : at.bottom + 6}px`;
}

function show(element) {
  clearTimeout(timer);
  owner = element;
  tip.textContent = element.dataset.tip;
  (element.closest("dialog[open]") ?? document.body).append(tip);
  if (!tip.matches(":popover-open")) tip.showPopover();
  place();
}

function hide() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    owner = null;
    if (tip.matches(":popover-open")) tip.hidePopover();
  }, 80);
}

on("mouseover", "[data-tip]", (event, element) => show(element));
on("mouseout", "[data-tip]", hide);
on("focusin", "[data-tip]", (event, element) => show(element));
on("focusout", "[data-tip]", hide);
on("click", "[data-tip]", (event, element) => show(element));
tip.addEventListener("mouseenter", () => clearTimeout(timer));
tip.addEventListener("mouseleave", hide);
document.addEventListener("scroll", () => owner && hide(), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && owner) hide();
});
