// What was typed outlives the end of a session: kept in this tab's own storage, by person, page and form (data-keep),
// given back when the form is drawn again, dropped once the form was taken, and all of it on log-out.
import { all, each, meta, on } from "./dom.js";

const PREFIX = "rounds.keep:";
const cameFrom = document.referrer ? new URL(document.referrer).pathname : "";
const login = (path) => path.startsWith("/login");
const key = (form) => `${PREFIX}${meta("viewer")}:${location.pathname}:${form.dataset.keep}`;
const kept = (form) => all("input, textarea, select", form).filter(
  (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && !field.closest("[data-no-keep]"),
);
const boxes = (field) => field.type === "checkbox" || field.type === "radio";

function save(form) {
  const values = {};
  for (const field of kept(form)) {
    if (boxes(field)) (values[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    else values[field.name] = field.value;
  }
  sessionStorage.setItem(key(form), JSON.stringify({ values, at: Date.now(), sent: false }));
}

function give(form, values) {
  let given = false;
  for (const field of kept(form)) {
    const value = values[field.name];
    if (value === undefined) continue;
    const differs = boxes(field) ? field.checked !== value.includes(field.value) : field.value !== value;
    if (!differs) continue;
    if (boxes(field)) field.checked = value.includes(field.value);
    else field.value = value;
    given = true;
  }
  return given;
}

function notice(form, at) {
  const line = document.createElement("p");
  line.className = "note flex items-center gap-2";
  line.setAttribute("role", "status");
  const time = new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "lnk ml-auto", textContent: "Discard it" });
  drop.addEventListener("click", () => {
    sessionStorage.removeItem(key(form));
    form.reset();
    line.remove();
  });
  line.append(`What you typed at ${time} is back.`, drop);
  form.prepend(line);
}

each("form[data-keep]", (form) => {
  const text = sessionStorage.getItem(key(form));
  if (!text || form.dataset.kept) return;
  form.dataset.kept = "1";
  const { values, at, sent } = JSON.parse(text);
  // Sent and the same page is back without errors: it was taken. With errors the server's values stand already.
  if (sent && !form.querySelector('[aria-invalid="true"]') && cameFrom === location.pathname) {
    return sessionStorage.removeItem(key(form));
  }
  if (give(form, values)) notice(form, at);
});

on("input", "form[data-keep]", (event, form) => save(form));
on("change", "form[data-keep]", (event, form) => save(form));
on("submit", "form[data-keep]", (event, form) => {
  const text = sessionStorage.getItem(key(form));
  if (text) sessionStorage.setItem(key(form), JSON.stringify({ ...JSON.parse(text), sent: true }));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-keep]");
  const taken = event.detail.successful || event.detail.xhr.getResponseHeader("HX-Redirect");
  if (form && taken && !login(new URL(event.detail.xhr.responseURL).pathname)) {
    sessionStorage.removeItem(key(form));
  }
});

// A form that was sent and led to another page (not the log-in) was taken.
if (!login(location.pathname) && !login(cameFrom)) {
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    const { sent } = JSON.parse(sessionStorage.getItem(name));
    if (sent && !name.includes(`:${location.pathname}:`)) sessionStorage.removeItem(name);
  }
}

on("submit", "form[data-forget]", () => {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
});
