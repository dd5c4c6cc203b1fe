// Where words stand in a clause: offsets in Unicode code points of the clause's own text, as the server counts.
// The text is what [data-text] holds, without what its data-skip elements add (counts in the margin of a mark).

const AROUND = 32;
const points = (text) => Array.from(text).length;

function pieces(holder) {
  const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => (node.parentElement.closest("[data-skip]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
  });
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

/** The clause's text. */
export function textOf(holder) {
  return pieces(holder).map((piece) => piece.data).join("");
}

/** How much of the text stands before a point of the document, in UTF-16 units. */
function before(holder, node, offset) {
  const upTo = document.createRange();
  upTo.setStart(holder, 0);
  upTo.setEnd(node, offset);
  let length = 0;
  for (const piece of pieces(holder)) {
    if (piece === node) return length + offset;
    if (upTo.comparePoint(piece, 0) > 0) break;
    length += piece.length;
  }
  return length;
}

/** The passage under a range: {exact, prefix, suffix, start, end}; null where there are no words. */
export function passage(holder, range) {
  const text = textOf(holder);
  const inside = document.createRange();
  inside.selectNodeContents(holder);
  if (range.compareBoundaryPoints(Range.START_TO_START, inside) > 0) inside.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, inside) < 0) inside.setEnd(range.endContainer, range.endOffset);
  let from = before(holder, inside.startContainer, inside.startOffset);
  let to = before(holder, inside.endContainer, inside.endOffset);
  while (from < to && /\s/.test(text[from])) from += 1;
  while (to > from && /\s/.test(text[to - 1])) to -= 1;
  if (from >= to) return null;
  [from, to] = whole(text, from, to);
  return cut(text, from, to);
}

const LETTER = /[\p{L}\p{N}\p{M}]/u;

/** Words that were only half selected, whole: a finger is not that exact, and nobody comments on half a word. */
function whole(text, from, to) {
  const at = (index) => String.fromCodePoint(text.codePointAt(index));
  const back = (index) => (/[\uDC00-\uDFFF]/.test(text[index - 1]) ? index - 2 : index - 1);
  const inWord = (index) => index > 0 && index < text.length && LETTER.test(at(back(index))) && LETTER.test(at(index));
  while (inWord(from)) from = back(from);
  while (inWord(to)) to += at(to).length;
  return [from, to];
}

function cut(text, from, to) {
  const start = points(text.slice(0, from));
  const end = start + points(text.slice(from, to));
  const all = Array.from(text);
  return {
    exact: all.slice(start, end).join(""),
    prefix: all.slice(Math.max(0, start - AROUND), start).join(""),
    suffix: all.slice(end, end + AROUND).join(""),
    start,
    end,
  };
}

/** A range over [from, to) of the text, in UTF-16 units. */
export function rangeOver(holder, from, to) {
  const range = document.createRange();
  let at = 0;
  for (const piece of pieces(holder)) {
    if (from >= at && from < at + piece.length) range.setStart(piece, from - at);
    if (to > at && to <= at + piece.length) range.setEnd(piece, to - at);
    at += piece.length;
  }
  return range;
}
