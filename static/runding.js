// What pages gain with a script; without one everything still works by links and forms.
// Each part is asked for only where the page holds something for it.
import { awaken as copying } from "./js/copy.js";
import { awaken as fields } from "./js/fields.js";
import { awaken as keys } from "./js/keys.js";

const HTMX = "[hx-get],[hx-post],[hx-boost]";

async function awaken(root) {
  copying(root);
  fields(root);
  if (root.querySelector("[data-composer-form]")) (await import("./js/composer.js")).awaken(root);
  if (root.querySelector("[data-text]")) (await import("./js/selection.js")).awaken(root);
  if (root.querySelector("[data-live]")) (await import("./js/live.js")).awaken(root);
  if (root.querySelector("[data-rows]")) (await import("./js/matrix.js")).awaken(root);
  if (root.querySelector("[data-rows],[data-point-form]")) await import("./js/deciding.js");
  if (root.querySelector("[data-sent],[data-forget],main")) (await import("./js/kept.js")).awaken(root);
}

document.documentElement.classList.add("js-on");
keys();
awaken(document);
if (document.querySelector(HTMX)) {
  const script = document.createElement("script");
  script.src = "/static/vendor/htmx/htmx.min.js";
  document.head.append(script);
  document.addEventListener("htmx:after:swap", () => awaken(document));
}

// On a narrow screen the bar scrolls sideways: the entry one stands on is in view.
const bar = document.querySelector(".nav");
const current = bar?.querySelector("[aria-current]");
if (current) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
