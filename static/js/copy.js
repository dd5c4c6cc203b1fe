// <button data-copy="#id">: puts a field's value or an element's words on the clipboard, and says so.
import { words } from "./words.js";

async function copy(button) {
  const from = document.querySelector(button.dataset.copy);
  if (!from) return;
  const text = from.value ?? from.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    from.select?.(); // no clipboard over plain HTTP: leave it selected, one key away
    return;
  }
  const before = button.textContent;
  button.textContent = words("copied");
  button.setAttribute("role", "status");
  setTimeout(() => {
    button.textContent = before;
    button.removeAttribute("role");
  }, 2500);
}

export function awaken(root) {
  for (const button of root.querySelectorAll("[data-copy]:not([data-awake])")) {
    button.dataset.awake = "";
    button.addEventListener("click", () => copy(button));
  }
}
