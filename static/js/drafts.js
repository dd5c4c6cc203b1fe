// A long draft at work: the outline opens at the section in hand, Ctrl and Enter send the form one is in.
const outline = document.querySelector(".outline");
const current = outline?.querySelector("[aria-current]");
if (current) outline.scrollTop = current.offsetTop - outline.offsetTop - outline.clientHeight / 2;

document.querySelector("main")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.form) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
