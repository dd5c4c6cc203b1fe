// Single keys, for whoever works through many clauses or rows. They act only where no field has the focus,
// can be turned off, and press what the page offers in the current [data-clause] or [data-row].
import { writes } from "./words.js";

const OFF = "runding:keys";
const ITEMS = "[data-clause],[data-row]";
const PRESSED = {
  c: ".clause__f a[data-compose]",
  s: "[data-answer=support]",
  n: "[data-answer=nothing]",
  e: "a[data-open],.ref a,a.ref",
};
let last = null;

function on() {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

function turn(active) {
  try {
    localStorage.setItem(OFF, active ? "on" : "off");
  } catch {
    // then they stay on
  }
}

/** The clause or row one is in, or was in last. */
function current() {
  const focused = document.activeElement?.closest?.(ITEMS);
  return focused ?? (last?.isConnected ? last : null);
}

function go(step) {
  const all = [...document.querySelectorAll(ITEMS)].filter((item) => item.getClientRects().length);
  if (!all.length) return;
  const now = current();
  const inView = all.findIndex((item) => item.getBoundingClientRect().bottom > 140);
  const at = now ? all.indexOf(now) + step : Math.max(0, inView);
  const next = all[Math.min(all.length - 1, Math.max(0, at))];
  last?.classList.remove("here");
  last = next;
  next.classList.add("here");
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: next.matches("tr") ? "nearest" : "start" });
}

function press(key) {
  const item = current();
  const named = `[data-key="${key}"]`;
  const found = item?.querySelector(PRESSED[key] ? `${named},${PRESSED[key]}` : named)
    ?? document.querySelector(`${named}[data-anywhere]`);
  found?.click();
}

async function act(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const led = document.querySelector(`a[data-key="${key}"][data-anywhere]`);
  if (led && "jk".includes(key)) led.click();
  else if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (key === "/") document.querySelector("input[type=search]")?.focus();
  else if (key === "?") document.getElementById("keylist")?.showModal();
  else if (key === "[") {
    const { choose } = await import("./selection.js");
    choose(current() ?? document.querySelector("[data-clause]"));
  } else if (key === "x") {
    const box = current()?.querySelector("input[type=checkbox]");
    if (!box) press(key);
    box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
  } else if (key === "Enter") {
    if (document.activeElement?.matches?.("[data-row]")) press("e");
  } else if (/^[a-z]$/.test(key)) press(key);
}

const ours = (event) => /^[a-z/?[]$/i.test(event.key) || (event.key === "Enter" && document.activeElement?.matches?.("[data-row]"));

/** Listen, and keep the list of keys and its switch. */
export function awaken() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !ours(event)) return;
    if (writes(event.target) || document.querySelector("dialog[open]") || !on()) return;
    event.preventDefault();
    act(event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys-open]")) document.getElementById("keylist")?.showModal();
  });
  const box = document.getElementById("keys-on");
  if (!box) return;
  box.checked = on();
  box.addEventListener("change", () => turn(box.checked));
}
