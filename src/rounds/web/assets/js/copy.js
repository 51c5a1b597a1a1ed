// A button with data-copies="id" puts what stands in that element on the clipboard and says so on itself.
import { on, one, say } from "./dom.js";

on("click", "[data-copies]", async (event, button) => {
  const found = document.getElementById(button.dataset.copies);
  if (!found) return;
  const text = "value" in found ? found.value : found.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission, or no HTTPS: select it, so that one keystroke copies it
    found.select?.();
    say(one("[data-copied]", button), "Press Ctrl C");
    return;
  }
  say(one("[data-copied]", button), "Copied");
});
