// The sentences that scripts say, from the page's own <template id="words">, in the reader's language.
const kept = document.getElementById("words")?.dataset ?? {};

/** The sentence under `key`, its {name} places filled. */
export function words(key, values = {}) {
  return (kept[key] ?? "").replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** The time on this device's clock, 14:09. */
export function clock(at = new Date()) {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** An element with a class and words. */
export function element(name, cls = "", text = "") {
  const made = document.createElement(name);
  if (cls) made.className = cls;
  if (text) made.textContent = text;
  return made;
}

/** An icon of the page's sprite. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  const use = document.createElementNS(ns, "use");
  svg.setAttribute("class", "ic ic--s");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Whether a key pressed there writes something. */
export function writes(target) {
  return target instanceof Element && !!target.closest("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
}
