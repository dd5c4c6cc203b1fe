// Putting a clause together: what a choice makes of the text shows at once, and the redline follows the keys.
// Works on <form data-desk>:
//   [data-look]           a change of it shows the text as chosen; what was typed by hand stays
//   [data-own]            words of one's own for a choice: typing there picks them
//   a[data-by]            what goes into the text, without leaving what was typed
//   textarea[data-base]   the wording to compare with; [data-redline] behind it shows the change
import { drawn, redline } from "./redline.js";

// What the answer brings anew. After a choice the choices themselves stay, and with them the focus.
const PARTS = ["before-after", "own", "behind", "became"];
const ALL = ["by", "choices", ...PARTS];
const PAUSE = 600;

class Desk {
  constructor(form) {
    this.form = form;
    this.asked = 0;
    this.soon = 0;
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-look]")) this.look(PARTS);
    });
    form.addEventListener("input", (event) => {
      if (event.target.matches("[data-own]")) this.pick(event.target);
      if (event.target.matches("textarea[data-base]")) this.redlined(event.target);
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-by]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.form.elements.namedItem("by").value = link.dataset.by;
      this.look(ALL);
    });
  }

  pick(input) {
    input.closest(".opt").querySelector("[data-look]").checked = true;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.look(PARTS), PAUSE);
  }

  redlined(area) {
    const shown = area.parentElement.querySelector("[data-redline]");
    if (shown) shown.replaceChildren(drawn(redline(area.dataset.base, area.value)));
  }

  async look(parts) {
    this.asked += 1;
    const mine = this.asked;
    const sent = new FormData(this.form);
    sent.set("do", "look");
    let page;
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: sent });
      if (!answer.ok) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // without a network the choices stay; the button shows them later
    }
    if (mine !== this.asked) return;
    for (const id of parts) {
      const made = page.getElementById(id);
      const stands = document.getElementById(id);
      if (!stands) continue;
      if (!made) stands.hidden = true; // it speaks of the saved text, which this is not
      else if (parts === ALL || !stands.contains(document.activeElement)) stands.replaceWith(document.adoptNode(made));
    }
  }
}

for (const form of document.querySelectorAll("[data-desk]")) new Desk(form);
