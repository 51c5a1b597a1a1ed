// One toast at a time, gone after ten seconds; the clock stands still under the pointer and while it has the focus.
import { all, each, one } from "./dom.js";

const STAY = 10_000;

function run(toast) {
  let left = STAY, since = performance.now(), timer;
  const start = () => { since = performance.now(); timer = setTimeout(() => toast.remove(), left); };
  const hold = () => { clearTimeout(timer); left -= performance.now() - since; };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("mouseleave", start);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", start);
  start();
}

each("#toasts [data-toast]", (toast) => {
  if (toast.dataset.ready) return;
  toast.dataset.ready = "1";
  for (const older of all("#toasts [data-toast]")) if (older !== toast) older.remove();
  // A live region is read when it changes: words that came with the page are put in once more.
  const region = one("#toasts");
  if (document.readyState !== "complete") setTimeout(() => region.replaceChildren(toast), 100);
  run(toast);
});
