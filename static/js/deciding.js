// Answering points: keys that choose an answer, words kept on the device until they are saved, and the focus
// after a part of the page was replaced. Everything works by links and forms without it.
import { forget, keep, kept } from "./kept.js";
import { words } from "./words.js";

/** Answers that stand alone; every other one explains itself. */
const PLAIN = "[data-now]";

function fieldsOf(form) {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field instanceof RadioNodeList || field.type === "radio") {
      for (const one of form.querySelectorAll(`[name="${name}"]`)) one.checked = one.value === value;
    } else if (field.type !== "submit") field.value = value;
  }
}

/** Words that were typed before the page went away stand in the form again, with the version they were typed on. */
function keeping(form) {
  const name = form.dataset.keptAs;
  const before = kept(name);
  const had = before?.sending ? null : before?.fields;
  if (had && !form.querySelector("[data-focus]")) {
    const now = fieldsOf(form);
    if (Object.keys(had).some((key) => key in now && key !== "was" && had[key] !== now[key])) {
      fill(form, had);
      const note = document.createElement("p");
      note.className = "say";
      note.setAttribute("role", "status");
      note.textContent = words("found");
      form.querySelector("section, .pj__why")?.before(note);
    }
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(name, fieldsOf(form)), 300);
  });
  form.addEventListener("change", () => keep(name, fieldsOf(form)));
  form.addEventListener("reset", () => forget(name));
  // Sent: gone with the next page that has no problem (kept.js), or it would stand over what was saved since.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    keep(name, fieldsOf(form), true);
  });
}

function begin(form) {
  keeping(form);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-then-next]") ?? undefined);
  });
  form.addEventListener("keydown", (event) => {
    const close = form.querySelector("[data-close]");
    if (event.key !== "Escape" || !close) return;
    event.stopPropagation();
    close.click();
  });
  // A key that chooses: what needs no reason is saved at once, the others wait for theirs.
  form.addEventListener("click", (event) => {
    const choice = event.target.closest?.("input[type=radio][data-key]");
    if (!choice || event.isTrusted) return;
    if (choice.matches(PLAIN)) return void form.requestSubmit();
    const needs = { duplicate: "duplicate_of", referred: "referred_to" }[choice.value];
    const field = form.elements[needs ?? "reason"];
    setTimeout(() => {
      field?.focus();
      field?.setSelectionRange?.(field.value.length, field.value.length);
    });
  });
}

/** The network went away: what was typed stays where it is, and is said to. */
function offline() {
  const note = document.querySelector("[data-offline]");
  if (note) note.hidden = false;
  for (const form of document.querySelectorAll("form[data-point-form]")) keep(form.dataset.keptAs, fieldsOf(form));
}

export function awaken(root = document) {
  for (const form of root.querySelectorAll("form[data-point-form]:not([data-awake])")) {
    form.dataset.awake = "";
    begin(form);
  }
}

for (const name of ["htmx:error", "htmx:timeout"]) document.addEventListener(name, offline);
/** The row of the matrix that is being answered, and the rows that are ticked: both outlive the table's swap. */
let answered = "";
let ticked = [];

document.addEventListener("htmx:before:request", (event) => {
  const from = event.target.closest?.("tr.editing");
  answered = from?.previousElementSibling?.id ?? "";
  ticked = [...document.querySelectorAll("table.mx .ref input:checked")].map((box) => box.value);
});

// A height that a script gave would be copied as a style, which this site's policy forbids.
document.addEventListener("htmx:before:swap", () => {
  for (const one of document.querySelectorAll("table.mx [style], [data-meeting] [style]")) one.removeAttribute("style");
});

function inTheMatrix(fresh) {
  const table = document.querySelector("table.mx");
  if (!table) return;
  for (const box of table.querySelectorAll(".ref input")) {
    if (ticked.includes(box.value) && !box.checked) {
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  if (fresh) {
    const first = fresh.querySelector("[data-focus], [aria-invalid]")
      ?? fresh.querySelector("input[type=radio]:checked") ?? fresh.querySelector("input[type=radio]");
    first?.focus({ preventScroll: true });
    fresh.closest("tr")?.scrollIntoView({ block: "nearest" });
  } else if (answered) document.getElementById(answered)?.querySelector("a[data-open]")?.focus();
}

function onTheScreen() {
  const screen = document.querySelector("[data-meeting]");
  if (!screen) return;
  const at = screen.dataset.meeting;
  if (at !== location.pathname) history.replaceState(history.state, "", at);
  // htmx puts the focus back into the field it was in; here the keys are to act again.
  (screen.querySelector("[data-focus], [aria-invalid]") ?? screen.querySelector("main"))?.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", () => {
  const fresh = document.querySelector("tr.editing form[data-point-form]:not([data-awake])");
  awaken();
  inTheMatrix(fresh);
  onTheScreen();
});
awaken();
