// What a 4xx or 5xx answer looks like: the server's own sentence where it gave one, else ours. Never a toast.
import { one } from "./dom.js";

const OWN = {
  401: ["You were logged out", "What you typed is kept in this tab. Log in again and go on."],
  404: ["This is not there any more", "It may have been moved, merged or closed. Reload the page."],
  413: ["The file is too large", "Send a smaller one, or split it."],
  429: ["Too many requests", "Wait a minute, then try again."],
  503: ["The database is not answering", "Nothing was lost. Try again in a few seconds."],
};
const FAULT = ["The server had a fault", "Nothing was half-written. Try again; if it stays, tell your RevOps admin."];
const OFFLINE = ["No connection", "Nothing was sent. Check the network and try again; what you typed is still here."];

/** The region for refusals of `element`: that of its dialog, else the page's. */
function region(element) {
  return one("[data-alerts]", element?.closest("dialog[open]") ?? document.createElement("div")) ?? one("#refusals");
}

/** Shows a refusal in our own words. */
export function refuse([title, words], near, link) {
  const place = region(near);
  if (!place) return;
  const line = document.createElement("div");
  line.className = "alert-line";
  line.dataset.refusal = "";
  const body = document.createElement("div");
  body.append(Object.assign(document.createElement("b"), { textContent: title }));
  body.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (link) body.append(" ", Object.assign(document.createElement("a"), { className: "lnk", href: link[0], textContent: link[1] }));
  line.append(body);
  place.replaceChildren(line);
  place.scrollIntoView({ block: "nearest" });
}

function loggedOut(near) {
  const back = encodeURIComponent(location.pathname + location.search);
  refuse(OWN[401], near, [`/login/?next=${back}`, "Log in"]);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  const near = requestConfig?.elt ?? elt;
  if (xhr.status === 401 || new URL(xhr.responseURL || location.href).pathname.startsWith("/login")) {
    event.detail.shouldSwap = false;
    return loggedOut(near);
  }
  if (xhr.status < 400) return region(near)?.replaceChildren();
  const named = xhr.responseText.includes("data-refusal");
  if (xhr.getResponseHeader("HX-Retarget") && !(named && near?.closest("dialog[open]"))) return;
  if (named) {
    event.detail.target = region(near);
    event.detail.swapOverride = "innerHTML";
  } else if (xhr.status !== 422) {
    event.detail.shouldSwap = false;
    refuse(OWN[xhr.status] ?? FAULT, near);
  }
});

document.addEventListener("htmx:sendError", (event) => refuse(OFFLINE, event.detail.elt));
document.addEventListener("htmx:timeout", (event) => refuse(OFFLINE, event.detail.elt));

// A form that comes back with errors takes the focus to the first of them.
document.addEventListener("htmx:afterSwap", (event) => {
  one('[aria-invalid="true"]', event.detail.target)?.focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-dismiss]");
  if (button) button.closest(".alert-line")?.remove();
});
