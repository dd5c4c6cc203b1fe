// Putting a clause together: what a choice makes of the text shows at once, and the redline follows the keys.
// Works on <form data-desk>:
//   [data-look]           a change of it shows the text as chosen; what was typed by hand stays
//   [data-own]            words of one's own for a choice: typing there picks them
//   textarea[data-base]   the wording to compare with; [data-redline] behind it shows the change
import { drawn, redline } from "./redline.js";

// What the answer brings anew; the choices themselves stay, and with them the focus.
const PARTS = ["before-after", "own", "behind"];
const PAUSE = 600;

class Desk {
  constructor(form) {
    this.form = form;
    this.asked = 0;
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-look]")) this.look();
      if (event.target.matches("[data-own]")) this.pick(event.target);
    });
    form.addEventListener("input", (event) => {
      if (event.target.matches("[data-own]")) this.pick(event.target);
      if (event.target.matches("textarea[data-base]")) this.redlined(event.target);
    });
  }

  pick(input) {
    const radio = input.closest(".opt").querySelector("[data-look]");
    radio.checked = true;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.look(), PAUSE);
  }

  redlined(area) {
    const shown = area.parentElement.querySelector("[data-redline]");
    if (shown) shown.replaceChildren(drawn(redline(area.dataset.base, area.value)));
  }

  async look() {
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
    for (const id of PARTS) {
      const made = page.getElementById(id);
      const stands = document.getElementById(id);
      if (made && stands && !stands.contains(document.activeElement)) stands.replaceWith(document.adoptNode(made));
    }
  }
}

for (const form of document.querySelectorAll("[data-desk]")) new Desk(form);
