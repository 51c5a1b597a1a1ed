// The theme changes at once; the choice is kept with the person by POST. Without script the form does the same.
import { all, meta, on } from "./dom.js";

on("submit", "[data-theme-form]", (event, form) => {
  const theme = event.submitter?.value;
  if (!theme) return;
  event.preventDefault();
  document.documentElement.dataset.theme = theme;
  for (const button of all("button[name=theme]", form)) button.setAttribute("aria-pressed", String(button.value === theme));
  document.dispatchEvent(new Event("themechange"));
  const body = new URLSearchParams({ theme });
  fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": meta("csrf-token"), "HX-Request": "true" } });
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  document.dispatchEvent(new Event("themechange"));
});
