// Small help for fields: focus goes to what came back wrong, filters act when chosen, text areas grow,
// and browsers without :has() see which choice is taken.

const HAS = CSS.supports("selector(:has(*))");
const GROWS = CSS.supports("field-sizing: content");

function mark(input) {
  for (const one of document.getElementsByName(input.name)) {
    one.closest(".opt,.seg label,.pick")?.classList.toggle("on", one.checked);
  }
}

function grow(area) {
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}

export function awaken(root) {
  root.querySelector("[data-focus]")?.focus();
  for (const field of root.querySelectorAll("[data-submit]:not([data-awake])")) {
    field.dataset.awake = "";
    field.addEventListener("change", () => field.form.requestSubmit());
  }
  if (!GROWS) {
    for (const area of root.querySelectorAll("textarea.inp:not([data-grows])")) {
      area.dataset.grows = "";
      area.addEventListener("input", () => grow(area));
      if (area.value) grow(area);
    }
  }
  if (HAS) return;
  for (const input of root.querySelectorAll(".opt input,.seg input,.pick input")) {
    mark(input);
    input.addEventListener("change", () => mark(input));
    input.addEventListener("focus", () => input.parentElement.classList.toggle("kb", input.matches(":focus-visible")));
    input.addEventListener("blur", () => input.parentElement.classList.remove("kb"));
  }
}
