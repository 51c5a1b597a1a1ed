// Security keys and passkeys: a button with data-webauthn asks the server for its question, the browser for the answer,
// puts it into the form's `credential` and sends the form. Without the browser's support the button stays hidden.
import { all, each, meta, on, one, say } from "./dom.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/** What a browser needs, from the server's JSON. */
function question(said) {
  const common = { ...said, challenge: bytes(said.challenge) };
  if (!said.user) return { ...common, allowCredentials: ids(said.allowCredentials) };
  return { ...common, user: { ...said.user, id: bytes(said.user.id) }, excludeCredentials: ids(said.excludeCredentials) };
}

/** What the server needs, from the browser's answer. */
function answer(found) {
  const { response } = found;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return { id: found.id, rawId: text(found.rawId), type: found.type, response: parts, clientExtensionResults: found.getClientExtensionResults() };
}

const SAID = {
  NotAllowedError: "No key answered in time, or it was cancelled. Try again when it is at hand.",
  InvalidStateError: "This key was added already.",
  SecurityError: "Keys do not work at this address. Open Rounds by its name, not by a number.",
};

async function ask(button) {
  const form = button.form;
  const place = one("[data-key-said]", form) ?? one("[data-key-said]");
  place.hidden = true;
  try {
    const body = new URLSearchParams({ for: button.dataset.for ?? "" });
    const sent = await fetch(button.dataset.webauthn, { method: "POST", body, headers: { "X-CSRFToken": one("[name=csrfmiddlewaretoken]", form)?.value ?? meta("csrf-token") } });
    if (!sent.ok || sent.redirected) throw new Error();
    const said = await sent.json();
    if (said.refusal) return tell(place, said.refusal);
    const publicKey = question(said);
    const found = await (said.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    form.elements.credential.value = JSON.stringify(answer(found));
    form.submit();
  } catch (error) {
    tell(place, SAID[error.name] ?? "The key could not be asked. Reload the page and try again.");
  }
}

function tell(place, words) {
  place.hidden = false;
  say(one("[data-words]", place) ?? place, words);
}

on("click", "[data-webauthn]", async (event, button) => {
  button.disabled = true;
  await ask(button);
  button.disabled = false;
});

if (window.PublicKeyCredential) each("[data-needs-webauthn]", (part) => { part.hidden = false; });
else for (const part of all("[data-no-webauthn]")) part.hidden = false;

// Codes that are shown once may be printed.
on("click", "[data-prints]", () => window.print());
