// Texts that are kept on this device until the server has them for good.
// A draft stands under its form's data-kept-as. It goes when a page says data-sent="…" (the receipt), when
// the answer to sending it was a page without an error, or when its person signs out (data-forget).

const PREFIX = "runding:draft:";

/** What is kept under a name: {at, sending, fields}, or null. */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

/** Keep a form's fields; false where the device has no room or no leave. */
export function keep(name, fields, sending = false) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), sending, fields }));
    return true;
  } catch {
    return false;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // nothing could be kept either
  }
}

function names() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

export function awaken(root) {
  for (const receipt of root.querySelectorAll("[data-sent]")) forget(receipt.dataset.sent);
  for (const form of root.querySelectorAll("form[data-forget]")) {
    form.addEventListener("submit", () => names().forEach(forget));
  }
  if (root !== document || document.querySelector(".problem,[data-composer-form]")) return;
  for (const name of names()) if (kept(name)?.sending) forget(name);
}
