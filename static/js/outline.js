// The outline opens at the section that is being read.
const outline = document.querySelector(".outline");
const current = outline?.querySelector("[aria-current]");
if (current) outline.scrollTop = current.offsetTop - outline.offsetTop - outline.clientHeight / 2;
