// Rows that are picked: <table data-rows> with a checkbox in each row. Shift picks all since the last one;
// [data-bulk] appears with the first tick and says how many; Esc clears.
import { words } from "./words.js";

function begin(table) {
  const boxes = () => [...table.querySelectorAll("tbody .ref input[type=checkbox]")];
  const bulk = document.querySelector("[data-bulk]");
  let last = null;

  const show = () => {
    let picked = 0;
    for (const box of boxes()) {
      const row = box.closest("tr");
      if (box.checked) row.setAttribute("aria-selected", "true");
      else row.removeAttribute("aria-selected");
      picked += box.checked;
    }
    if (!bulk) return;
    bulk.hidden = !picked;
    const count = bulk.querySelector("[data-count]");
    if (count) count.textContent = words("selected", { n: picked });
  };

  table.addEventListener("click", (event) => {
    const box = event.target.closest?.("tbody .ref input[type=checkbox]");
    if (!box) return;
    const all = boxes();
    if (event.shiftKey && last?.isConnected) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = last.checked;
      box.checked = last.checked;
    }
    last = box;
    setTimeout(show);
  });
  table.addEventListener("change", show);
  const clear = () => {
    for (const box of boxes()) box.checked = false;
    show();
  };
  bulk?.querySelector("[data-clear]")?.addEventListener("click", clear);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) clear();
  });
  show();
}

export function awaken(root) {
  for (const table of root.querySelectorAll("table[data-rows]:not([data-awake])")) {
    table.dataset.awake = "";
    begin(table);
  }
}
