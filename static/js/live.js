// A page that hears what others save: <div data-live="address"> is told of it by server-sent events. A row whose
// point or comment somebody changed says so and can be shown anew in its place; new comments are counted. Nothing
// that is being typed is touched, and a page that nobody looks at does not listen.
import { element, icon, words } from "./words.js";

const heard = new Set();
const fresh = new Set();
let last = 0;

const rowsOf = (told) =>
  document.querySelectorAll(
    told.subject === "point" ? `[data-row][data-point="${told.subject_id}"]` : `[data-row][data-comment="${told.subject_id}"]`,
  );

/** The form that is open below a row. */
function opened(row) {
  const next = row.nextElementSibling;
  return next?.matches(".editing") ? next : null;
}

/** Whether something was typed or chosen in it. */
function touched(part) {
  return [...(part?.querySelectorAll("input:not([type=hidden]),textarea,select") ?? [])].some((field) => {
    if (field.matches("[type=checkbox],[type=radio]")) return field.checked !== field.defaultChecked;
    if (field.matches("select")) {
      const usual = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
      return field.value !== (usual?.value ?? "");
    }
    return field.value !== field.defaultValue;
  });
}

/** Take a row, and what is open below it unless something was typed there, from the page as it is now. */
async function renew(row, note) {
  const form = opened(row);
  const at = new URL(location.href);
  if (form) at.searchParams.set("open", row.id.replace(/^p-/, "p").replace(/^c-/, ""));
  const answer = await fetch(at, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById(row.id);
  if (!now) return location.reload();
  const below = opened(now);
  const picked = row.querySelector(".ref input[type=checkbox]")?.checked;
  const made = document.importNode(now, true);
  const box = made.querySelector(".ref input[type=checkbox]");
  if (box && picked) box.checked = true;
  row.replaceWith(made);
  globalThis.htmx?.process(made);
  if (form && touched(form)) {
    note.querySelector("button")?.remove();
    return;
  }
  note.remove();
  if (form && below) {
    const anew = document.importNode(below, true);
    form.replaceWith(anew);
    globalThis.htmx?.process(anew);
    document.dispatchEvent(new Event("htmx:after:swap"));
  } else made.querySelector("[data-open]")?.focus({ preventScroll: true });
}

function changed(row, told) {
  let note = row.previousElementSibling;
  if (!note?.matches("[data-livenote]")) {
    note = element("tr", "livenote");
    note.dataset.livenote = "";
    row.before(note);
  }
  const cell = element("td");
  cell.colSpan = [...row.cells].reduce((sum, one) => sum + one.colSpan, 0);
  const line = element("p");
  line.setAttribute("role", "status");
  const said = told.subject === "comment" ? "liveComment" : told.who ? "liveChanged" : "liveSomebody";
  line.append(icon("undo"), ` ${words(said, { name: told.who })} `);
  if (touched(opened(row))) line.append(`${words("liveTyped")} `);
  const show = element("button", "link", words("liveShow"));
  show.type = "button";
  show.addEventListener("click", () => renew(note.nextElementSibling, note));
  line.append(show);
  cell.append(line);
  note.replaceChildren(cell);
}

function announce(place, sentence) {
  const line = element("p", "livenew");
  const link = element("a", "", words("liveShow"));
  link.href = location.href.split("#")[0];
  line.append(`${sentence} `, link);
  place.replaceChildren(line);
}

function take(place, subject, event) {
  const id = Number(event.lastEventId);
  if (heard.has(id)) return;
  heard.add(id);
  last = Math.max(last, id);
  const told = { subject, ...JSON.parse(event.data) };
  if (subject === "comment" && told.verb === "submit") {
    if (rowsOf(told).length) return;
    fresh.add(told.subject_id);
    announce(place, fresh.size === 1 ? words("liveOne") : words("liveMany", { n: fresh.size }));
    return;
  }
  for (const row of rowsOf(told)) changed(row, told);
}

function begin(place) {
  let source = null;
  let over = false;
  const close = () => {
    source?.close();
    source = null;
  };
  const end = () => {
    over = true;
    close();
  };
  const open = () => {
    if (source || over || document.hidden) return;
    const at = new URL(place.dataset.live, location.href);
    if (last) at.searchParams.set("last", last);
    source = new EventSource(at);
    for (const subject of ["point", "comment"]) source.addEventListener(subject, (event) => take(place, subject, event));
    source.addEventListener("much", () => announce(place, words("liveMuch")));
    source.addEventListener("ended", end);
    source.addEventListener("enough", end);
    source.addEventListener("open", () => (place.dataset.hears = ""));
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

export function awaken(root) {
  for (const place of root.querySelectorAll("[data-live]:not([data-awake])")) {
    place.dataset.awake = "";
    begin(place);
  }
}
