// Ctrl/Cmd+K: search or jump to. The server answers a list of options; arrows move, Enter goes, Esc gives the focus back.
import { all, on, one, say } from "./dom.js";
import { open } from "./dialogs.js";

const dialog = one("#palette");
const input = dialog && one("input", dialog);
const list = dialog && one("[role=listbox]", dialog);
let asked = 0, waiting;

const options = () => all("[role=option]", list);
const chosen = () => one('[aria-selected="true"]', list);

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  input.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

async function fill() {
  const number = ++asked;
  const answer = await fetch(`${dialog.dataset.palette}?q=${encodeURIComponent(input.value.trim())}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (number !== asked) return; // a later letter was asked meanwhile
  if (!answer?.ok || answer.redirected) return say(one("[data-palette-said]"), "Search does not answer");
  list.innerHTML = await answer.text();
  choose(options()[0]);
  say(one("[data-palette-said]"), `${options().length} results`);
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(fill, 80);
}

function move(step) {
  const all_ = options(), at = all_.indexOf(chosen());
  if (all_.length) choose(all_[(at + step + all_.length) % all_.length]);
}

function show() {
  open(dialog);
  input.value = "";
  input.focus();
  fill();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!one("dialog[open]")) show();
  });
  on("click", "[data-opens=palette]", show);
  input.addEventListener("input", later);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      move(steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      chosen()?.click();
    }
  });
  list.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
}
