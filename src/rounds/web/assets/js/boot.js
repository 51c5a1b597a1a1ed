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

export default htmx;

// Markup that was put back by a script is given to htmx again.
window.addEventListener("rounds:process", (event) => htmx.process(event.detail));
