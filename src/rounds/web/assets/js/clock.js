// A form with data-clock asks whose clock times are shown on: the first time, the one this browser has.
import { each } from "./dom.js";

each("form[data-clock]", (form) => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!own || !own.includes("/") || own === form.elements.zone.value) return;
  const said = new URLSearchParams(new FormData(form));
  said.set("zone", own);
  location.replace(`?${said}`);
});
