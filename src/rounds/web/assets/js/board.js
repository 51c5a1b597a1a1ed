// The board of deals: a card is dragged by mouse or moved by keyboard; dropping it opens the gate of that stage. Nothing
// moves before the server said so: a card that may not go stays where it is, and the dialog says why.
import htmx from "./boot.js";
import { all, each, on, one, say } from "./dom.js";
import { open } from "./dialogs.js";
import { free } from "./keys.js";
import { show } from "./preview.js";

const board = () => one("[data-board]");
const columns = () => all("[data-stage]", board() ?? document.createElement("div"));
const stageOf = (card) => card.closest("[data-stage]");
const told = (words) => say(one("[data-board-said]"), words);
let held = null; // {card, at}: the card in the keyboard's hand and the column it hovers over
let dragged = null;

/** Asks for the gate between a card and a stage; the answer fills the dialog. */
function ask(card, stage) {
  const dialog = one("#gate");
  one(".gate-body", dialog).innerHTML = '<p class="px-5 py-6 text-ink-2">Looking at what stands before it…</p>';
  open(dialog, card);
  htmx.ajax("GET", `${card.dataset.url}gate/?to=${encodeURIComponent(stage)}&board=1`, { target: "#gate .gate-body", swap: "innerHTML" });
}

function over(column) {
  for (const other of columns()) other.classList.toggle("over", other === column);
}

on("dragstart", ".kcard", (event, card) => {
  dragged = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", one(".nm", card)?.textContent ?? "");
  card.classList.add("drag");
});
on("dragend", ".kcard", (event, card) => {
  card.classList.remove("drag");
  dragged = null;
  over(null);
});
on("dragover", "[data-stage]", (event, column) => {
  if (!dragged || column === stageOf(dragged)) return over(null);
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  over(column);
});
on("drop", "[data-stage]", (event, column) => {
  if (!dragged || column === stageOf(dragged)) return;
  event.preventDefault();
  const card = dragged;
  over(null);
  ask(card, column.dataset.stage);
});

on("click", "[data-look-card]", (event, button) => show(button.closest(".kcard")));
on("click", "[data-move-card]", (event, button) => {
  const card = button.closest(".kcard"), found = columns(), at = found.indexOf(stageOf(card));
  ask(card, found[Math.min(at + 1, found.length - 1)].dataset.stage);
});

function take(card) {
  held = { card, at: columns().indexOf(stageOf(card)) };
  card.classList.add("held");
  card.setAttribute("aria-pressed", "true");
  told(`${one(".nm", card).textContent} taken. Left and right choose the stage, Enter puts it there, Escape leaves it.`);
}

function letGo(words) {
  held?.card.classList.remove("held");
  held?.card.removeAttribute("aria-pressed");
  over(null);
  held = null;
  if (words) told(words);
}

function carry(by) {
  const found = columns();
  held.at = Math.max(0, Math.min(found.length - 1, held.at + by));
  const column = found[held.at];
  over(column);
  column.scrollIntoView({ block: "nearest", inline: "nearest" });
  told(column === stageOf(held.card) ? `${column.dataset.title}, where it stands` : column.dataset.title);
}

/** The card above or below, or beside in the next column that has one. */
function neighbour(card, key) {
  const cards = all(".kcard", stageOf(card)), place = cards.indexOf(card);
  if (key === "ArrowDown" || key === "j") return cards[place + 1];
  if (key === "ArrowUp" || key === "k") return cards[place - 1];
  const found = columns(), step = key === "ArrowRight" ? 1 : -1;
  for (let at = found.indexOf(stageOf(card)) + step; at >= 0 && at < found.length; at += step) {
    const there = all(".kcard", found[at]);
    if (there.length) return there[Math.min(place, there.length - 1)];
  }
  return null;
}

on("keydown", ".kcard", (event, card) => {
  if (event.target !== card || one("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  if (held) {
    if (key === "ArrowRight" || key === "ArrowLeft") carry(key === "ArrowRight" ? 1 : -1);
    else if (key === "Enter" || key === " ") {
      const column = columns()[held.at];
      letGo();
      if (column !== stageOf(card)) ask(card, column.dataset.stage);
      else told("It stays where it is.");
    } else if (key === "Escape") letGo("It stays where it is.");
    else return;
    event.preventDefault();
    return;
  }
  if (key.startsWith("Arrow") || (free(event) && (key === "j" || key === "k"))) {
    const next = neighbour(card, key);
    if (next) {
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  } else if (key === " " || (key === "m" && free(event))) {
    event.preventDefault();
    take(card);
  } else if (key === "p" && free(event)) {
    event.preventDefault();
    show(card);
  } else if (key === "Enter") {
    event.preventDefault();
    one(".nm", card).click();
  }
});
on("focusout", ".kcard", () => { if (held && !one("dialog[open]")) letGo(); });

// The first card can be reached with Tab, the others from it by the arrows.
each("[data-board]", (place) => {
  const cards = all(".kcard", place);
  cards.forEach((card, at) => { card.tabIndex = at === 0 ? 0 : -1; });
});
on("focusin", ".kcard", (event, card) => {
  for (const other of all('.kcard[tabindex="0"]', board() ?? document.createElement("div"))) other.tabIndex = -1;
  card.tabIndex = 0;
});

// The gate asks for another stage from within its dialog.
on("change", "[data-gate-to]", (event, choice) => {
  htmx.ajax("GET", `${choice.dataset.url}gate/?to=${encodeURIComponent(choice.value)}&board=${choice.dataset.board}`, { target: "#gate .gate-body", swap: "innerHTML" });
});
on("click", "[data-gate]", (event, button) => {
  const dialog = one("#gate");
  one(".gate-body", dialog).innerHTML = '<p class="px-5 py-6 text-ink-2">Looking at what stands before it…</p>';
  open(dialog, button);
  htmx.ajax("GET", button.dataset.gate, { target: "#gate .gate-body", swap: "innerHTML" });
});

// An agenda that has to sum: says at once how many minutes are left.
const sum = (form) => {
  const whole = Number(form.dataset.sum), parts = all("[data-part]", form);
  if (!parts.length) return;
  const total = parts.reduce((sofar, part) => sofar + (Number(part.value) || 0), 0), left = whole - total;
  say(one("[data-sum-said]", form), left === 0 ? `${whole} minutes, as planned` : left > 0 ? `${left} minutes left to give` : `${-left} minutes too many`);
};
each("form[data-sum]", sum);
on("input", "form[data-sum]", (event, form) => sum(form));
