// Commenting on words: select them with mouse, touch, caret or keys, and a button appears beside them.
//   [data-clause]            an article with a clause
//   [data-text] inside it    the clause's text
//   a[data-compose]          "Comment": its href is the composer's page; opened here in place
//   [data-mount]             where the composer is put, else at the end of the clause
//   [data-choose]            a button that begins choosing words by keys
// The composer is the `.composer` of the page at that address; the passage goes along in the query, so the
// server fills the form and one address has one answer.
import { awaken as composers } from "./composer.js";
import { passage, rangeOver, textOf } from "./passage.js";
import { element, icon, words } from "./words.js";

let offered = null; // {holder, found}
const button = element("button", "btn btn--s selbtn");
button.type = "button";
button.hidden = true;

/** The link to a clause's composer: the one below its text, not one of a table cell. */
function wayTo(clause) {
  return clause?.querySelector(".clause__f a[data-compose]") ?? clause?.querySelector("a[data-compose]:not(.cellbtn)");
}

function holderOf(range) {
  const start = range.startContainer instanceof Element ? range.startContainer : range.startContainer.parentElement;
  const direct = start?.closest("[data-text]");
  if (direct) return direct;
  return [...document.querySelectorAll("[data-text]")].find((holder) => range.intersectsNode(holder)) ?? null;
}

function offer() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return withdraw();
  const range = selection.getRangeAt(0);
  const holder = holderOf(range);
  const found = holder && wayTo(holder.closest("[data-clause]")) ? passage(holder, range) : null;
  if (!found) return withdraw();
  offered = { holder, found };
  holder.after(button); // the next stop of the Tab key after the words
  button.hidden = false;
  place(range);
}

function withdraw() {
  if (document.activeElement === button) return;
  offered = null;
  button.hidden = true;
}

function place(range) {
  const boxes = range.getClientRects();
  const last = boxes[boxes.length - 1] ?? range.getBoundingClientRect();
  const frame = (button.offsetParent ?? document.body).getBoundingClientRect();
  const room = Math.max(0, frame.width - button.offsetWidth);
  button.style.insetInlineStart = `${Math.min(Math.max(0, last.right - frame.left - button.offsetWidth / 2), room)}px`;
  button.style.insetBlockStart = `${last.bottom - frame.top + 6}px`;
}

// On a touch screen the keyboard would cover the text that one is about to comment on.
function settle(composer) {
  if (matchMedia("(pointer: coarse)").matches) {
    composer.tabIndex = -1;
    composer.focus({ preventScroll: true });
  } else (composer.querySelector("[data-focus-first]") ?? composer.querySelector("textarea"))?.focus();
}

/** Open the composer that `link` leads to inside its clause, about `found` or about all of it. */
async function compose(clause, link, found) {
  const address = new URL(link.href);
  for (const [name, value] of Object.entries(found ?? {})) address.searchParams.set(name, value);
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const brought = page.querySelector(".composer");
    if (!answer.ok || answer.redirected || !brought) throw new Error(answer.statusText);
    document.querySelectorAll(".composer").forEach((old) => old.remove()); // what was typed is kept
    brought.dataset.brought = "";
    (clause.querySelector("[data-mount]") ?? clause.querySelector(".clause__main") ?? clause).append(brought);
    composers(clause);
    const sheet = getComputedStyle(brought).position === "fixed";
    (sheet ? clause : brought).scrollIntoView({ block: sheet ? "start" : "nearest" });
    settle(brought);
  } catch {
    location.assign(address); // the page itself says what is wrong
  }
}

// Choosing by keys: the words light up as a selection; arrows move, Shift widens, Enter comments, Esc leaves.
class Choosing {
  constructor(holder) {
    this.holder = holder;
    this.text = textOf(holder);
    this.words = [...this.text.matchAll(/\S+/g)].map((match) => [match.index, match.index + match[0].length]);
    this.from = 0;
    this.to = 0;
    this.hint = element("p", "selhint", words("choose"));
    this.hint.setAttribute("role", "status");
    holder.after(this.hint);
    holder.classList.add("choosing");
    holder.tabIndex = -1;
    holder.focus();
    this.press = (event) => this.key(event);
    this.leave = () => this.end();
    holder.addEventListener("keydown", this.press);
    holder.addEventListener("blur", this.leave, { once: true });
    this.show();
  }

  show() {
    if (!this.words.length) return;
    const range = rangeOver(this.holder, this.words[this.from][0], this.words[this.to][1]);
    const selection = document.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    this.hint.textContent = `“${range.toString()}”. ${words("choose")}`;
  }

  key(event) {
    const last = this.words.length - 1;
    const moves = {
      ArrowRight: () => { this.to = Math.min(last, this.to + 1); if (!event.shiftKey) this.from = this.to; },
      ArrowLeft: () => {
        if (event.shiftKey) this.to = Math.max(this.from, this.to - 1);
        else { this.from = Math.max(0, this.from - 1); this.to = this.from; }
      },
      Home: () => { this.from = 0; if (!event.shiftKey) this.to = 0; },
      End: () => { this.to = last; if (!event.shiftKey) this.from = last; },
      Enter: () => {
        const found = passage(this.holder, document.getSelection().getRangeAt(0));
        this.end();
        const clause = this.holder.closest("[data-clause]");
        if (found) compose(clause, wayTo(clause), found);
      },
      Escape: () => {
        this.end();
        this.holder.closest("[data-clause]").focus();
      },
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    move();
    if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") this.show();
  }

  end() {
    this.holder.removeEventListener("keydown", this.press);
    this.holder.classList.remove("choosing");
    this.hint.remove();
    document.getSelection().removeAllRanges();
    withdraw();
  }
}

/** Begin choosing words in a clause by keys. */
export function choose(clause) {
  const holder = clause?.querySelector("[data-text]");
  if (holder && wayTo(clause)) new Choosing(holder);
}

let begun = false;

export function awaken() {
  if (begun) return;
  begun = true;
  button.append(icon("note"), words("commentHere"));
  let timer = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, 120);
  });
  offer(); // words may have been selected while this page was still loading
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", () => {
    const taken = offered;
    if (!taken) return;
    document.getSelection().removeAllRanges();
    button.hidden = true;
    offered = null;
    const clause = taken.holder.closest("[data-clause]");
    compose(clause, wayTo(clause), taken.found);
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const clause = event.target.closest?.("[data-clause]");
    if (!clause) return;
    const link = event.target.closest("a[data-compose]");
    if (event.target.closest("[data-choose]")) choose(clause);
    else if (link) {
      event.preventDefault();
      compose(clause, link, null);
    }
  });
}
