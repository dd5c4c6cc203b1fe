// The composer: a redline as one types, drafts kept on the device at once and on the server soon after,
// and nothing lost when the network is. Works on <form data-composer-form>:
//   data-kept-as     the name its draft is kept under on this device; else its address, wid and field
//   data-autosave    where the draft is posted; the answer's JSON may renew hidden fields ({"version": 3})
//   data-saved-at    when the server last kept it (ISO), so that an older text here does not overwrite it
//   textarea[data-base]   the wording to compare with; [data-redline] beside it shows the change
//   [data-kept]      where "Draft kept 14:09" is said
import { forget, keep, kept } from "./kept.js";
import { drawn, redline, verb } from "./redline.js";
import { clock, element, icon, words } from "./words.js";

const SOON = 2000;
const REACH = 5000;
const ANCHOR = new Set(["exact", "prefix", "suffix", "start", "end"]);
const MARK = "client_uuid"; // sent twice, it is still one comment

function fieldsOf(form) {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") found[name] = name in found ? [found[name], value].flat() : value;
  }
  return found;
}

function nameOf(form) {
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  return form.dataset.keptAs ?? [new URL(form.action).pathname, value("wid"), value("field")].join(" ").trim();
}

function fill(form, fields) {
  let changed = false;
  for (const [name, value] of Object.entries(fields)) {
    const held = form.elements.namedItem(name);
    if (!held) continue;
    if (held.type === "hidden") {
      if (name === MARK || (ANCHOR.has(name) && !held.value)) held.value = value;
      continue;
    }
    if (held instanceof RadioNodeList) {
      for (const one of held) one.checked = [value].flat().includes(one.value);
    } else if (held.type === "checkbox") {
      held.checked = [value].flat().includes(held.value);
    } else if (held.value !== value) {
      held.value = value;
      changed = true;
    }
  }
  return changed;
}

class Composer {
  constructor(form) {
    this.form = form;
    this.root = form.closest(".composer,.sheet") ?? form;
    this.name = nameOf(form);
    this.status = this.root.querySelector("[data-kept]");
    this.area = form.querySelector("textarea[data-base]");
    this.deletes = form.querySelector("[data-delete]");
    form.querySelector("[data-restore]")?.addEventListener("click", () => this.putBack());
    this.timer = 0;
    this.restore();
    this.redlined();
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", (event) => this.submit(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.querySelector("[data-close]")?.addEventListener("click", (event) => this.close(event));
    addEventListener("online", () => this.save());
  }

  restore() {
    const found = kept(this.name);
    if (!found || found.sending || found.at <= Date.parse(this.form.dataset.savedAt ?? 0)) return;
    if (fill(this.form, found.fields)) this.say(words("found"), "ok");
  }

  say(sentence, state) {
    if (!this.status) return;
    this.status.textContent = sentence;
    this.status.dataset.state = state;
  }

  typed() {
    keep(this.name, fieldsOf(this.form));
    this.redlined();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SOON);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const address = this.form.dataset.autosave;
    if (!address || !kept(this.name) || !this.form.isConnected) return;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: new FormData(this.form),
        headers: { accept: "application/json" },
      });
      const said = await answer.json();
      if (!answer.ok) {
        this.say(said.error ?? words("keptHere", { time: clock() }), "off");
        return;
      }
      for (const [name, value] of Object.entries(said)) {
        const held = this.form.elements.namedItem(name);
        if (held?.type === "hidden") held.value = value;
      }
      this.say(words("kept", { time: clock() }), "ok");
    } catch {
      this.say(words("keptHere", { time: clock() }), "off");
    }
  }

  // The server is asked first whether it is there, so that a dead network cannot replace the page.
  async submit(event) {
    if (event.defaultPrevented || this.form.dataset.go !== undefined) return;
    event.preventDefault();
    clearTimeout(this.timer);
    keep(this.name, fieldsOf(this.form));
    const submitter = event.submitter;
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(REACH) });
      if (!answer.ok) throw new Error(answer.statusText);
    } catch {
      this.notSent();
      return;
    }
    keep(this.name, fieldsOf(this.form), true);
    this.form.dataset.go = "";
    this.form.requestSubmit(submitter);
    setTimeout(() => delete this.form.dataset.go, REACH);
  }

  notSent() {
    this.root.querySelector(".say[data-unsent]")?.remove();
    const said = element("div", "say say--bad");
    said.dataset.unsent = "";
    said.setAttribute("role", "alert");
    said.append(icon("off"), element("p", "", words("notSent")));
    this.form.prepend(said);
  }

  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const go = [...this.form.elements].find((one) => one.matches("button.btn--go"));
      this.form.requestSubmit(go);
    } else if (event.key === "Escape") {
      const way = this.root.querySelector("[data-close]");
      if (way) way.click();
    }
  }

  close(event) {
    if (this.timer) this.save();
    if (this.root.dataset.brought === undefined) return;
    event.preventDefault();
    const clause = this.root.closest("[data-clause]");
    this.root.remove();
    clause?.querySelector(".clause__f a[data-compose],[data-key=c]")?.focus();
  }

  putBack() {
    this.area.value = this.area.dataset.base;
    if (this.deletes) this.deletes.checked = false;
    this.area.focus();
    this.typed();
  }

  redlined() {
    const shown = this.root.querySelector("[data-redline]");
    if (!this.area || !shown) return;
    const before = this.area.dataset.base;
    const after = this.deletes?.checked ? "" : this.area.value;
    const kind = verb(before, after);
    shown.replaceChildren();
    if (!kind) return;
    const box = element("div", "red");
    const head = element("div", "red__h");
    head.append(element("span", "tag", words(kind)));
    if (!this.form.querySelector("[data-restore]")) {
      const back = element("button", "link push", words("restore"));
      back.type = "button";
      back.addEventListener("click", () => this.putBack());
      head.append(back);
    }
    const text = element("p", "plan plan--s");
    if (this.area.lang) text.lang = this.area.lang;
    text.append(drawn(redline(before, after)));
    box.append(head, text);
    shown.append(box);
  }
}

/** Forget a form's draft, once it is known to be safe. */
export { forget };

export function awaken(root) {
  for (const form of root.querySelectorAll("[data-composer-form]:not([data-awake])")) {
    form.dataset.awake = "";
    new Composer(form);
  }
}
