// The few words of the DOM that all modules share.

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const meta = (name) => one(`meta[name="${name}"]`)?.content ?? "";

/** Listens on the whole document for `type` on elements that match, now or later. */
export function on(type, selector, act, options) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element ? event.target.closest(selector) : null;
    if (found) act(event, found);
  }, options);
}

/** Runs `act` for every element that matches, now and after each swap of htmx. */
export function each(selector, act) {
  const run = (root) => {
    if (root.matches?.(selector)) act(root);
    all(selector, root).forEach(act);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

/** True while the person is typing, so that letters are letters. */
export function typing(target) {
  return target instanceof Element &&
    Boolean(target.closest("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], [data-no-keys]"));
}

/** Says words through a live region. */
export function say(region, words) {
  if (region && region.textContent !== words) region.textContent = words;
}
