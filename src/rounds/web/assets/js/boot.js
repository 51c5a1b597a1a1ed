// htmx without anything the content policy forbids, and with our CSRF token on what changes something.
import htmx from "htmx.org";
import { meta } from "./dom.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold business contacts: none is left in the browser's storage
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  defaultSettleDelay: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true },
  ],
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = meta("csrf-token");
});

// A way to another place of the page one is on would only scroll: what was sent is shown once the page is asked for anew.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const way = event.detail.xhr.getResponseHeader("HX-Redirect");
  const to = way && new URL(way, location.href);
  if (!to || !to.hash || to.origin + to.pathname + to.search !== location.origin + location.pathname + location.search) return;
  event.preventDefault();
  location.hash = to.hash;
  location.reload();
});

export default htmx;

// Markup that was put back by a script is given to htmx again.
window.addEventListener("rounds:process", (event) => htmx.process(event.detail));
