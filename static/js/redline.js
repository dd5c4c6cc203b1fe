// The redline between two wordings, word by word, as one types. The server's own is the one that counts.
import { element, words } from "./words.js";

// A word or a sign with the space behind it: only the words are compared, spaces never hold strangers together.
const TOKEN = /([\p{L}\p{N}\p{M}]+(?:['’\-][\p{L}\p{N}\p{M}]+)*|[^\s])(\s*)/gu;
const LARGEST = 4_000_000;

function tokens(text) {
  const lead = text.match(/^\s+/)?.[0];
  const found = Array.from(text.matchAll(TOKEN), ([whole, word]) => ({ word, whole }));
  return lead ? [{ word: "", whole: lead }, ...found] : found;
}

/** Stretches {kind: "equal" | "insert" | "delete", text} from `before` to `after`. */
export function redline(before, after) {
  const a = tokens(before);
  const b = tokens(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head].word === b[head].word) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail].word === b[b.length - 1 - tail].word) tail += 1;
  const steps = [
    ...a.slice(0, head).map((token, n) => [token.whole, b[n].whole]),
    ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map((token, n) => [token.whole, b[b.length - tail + n].whole]),
  ];
  return runs(steps);
}

// Longest common subsequence, as pairs [of before, of after]; a text too long for that is replaced whole.
function between(a, b) {
  const all = (side) => side.map((token) => token.whole).join("");
  if (!a.length || !b.length || a.length * b.length > LARGEST) return [[all(a), ""], ["", all(b)]];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i].word === b[j].word
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const found = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i].word === b[j].word) found.push([a[i++].whole, b[j++].whole]);
    else if (i < a.length && (j === b.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) found.push([a[i++].whole, ""]);
    else found.push(["", b[j++].whole]);
  }
  return found;
}

// What went and what came, side by side, with the ends they share left standing.
function runs(steps) {
  const out = [];
  const add = (kind, text) => {
    if (!text) return;
    if (out.at(-1)?.kind === kind) out.at(-1).text += text;
    else out.push({ kind, text });
  };
  let gone = "";
  let come = "";
  const flush = () => {
    let shared = 0;
    while (shared < Math.min(gone.length, come.length) && gone.at(-1 - shared) === come.at(-1 - shared) && /\s/.test(gone.at(-1 - shared))) shared += 1;
    add("delete", gone.slice(0, gone.length - shared));
    add("insert", come.slice(0, come.length - shared));
    add("equal", gone.slice(gone.length - shared));
    gone = "";
    come = "";
  };
  for (const [old, new_] of steps) {
    if (old === new_) {
      flush();
      add("equal", old);
    } else if (old && new_ && old.trimEnd() === new_.trimEnd()) {
      // the same word with another space behind it
      if (gone || come) flush();
      let shared = old.trimEnd().length;
      while (shared < Math.min(old.length, new_.length) && old[shared] === new_[shared]) shared += 1;
      add("equal", old.slice(0, shared));
      gone += old.slice(shared);
      come += new_.slice(shared);
    } else {
      gone += old;
      come += new_;
    }
  }
  flush();
  return out;
}

/** The drafting verb of a change, or "" where nothing changes. */
export function verb(before, after) {
  const plain = (text) => text.trim().split(/\s+/).join(" ");
  if (plain(before) === plain(after)) return "";
  if (!after.trim()) return "delete";
  if (after.trim().startsWith(before.trim())) return "add";
  const runs = redline(before, after);
  const came = runs.some((run) => run.kind === "insert" && run.text.trim());
  const went = runs.some((run) => run.kind === "delete" && run.text.trim());
  if (!went) return "insert";
  if (!came) return "delete";
  const sorted = (text) => tokens(text).map((token) => token.word).filter((word) => /[\p{L}\p{N}]/u.test(word)).sort().join(" ");
  return sorted(before) === sorted(after) ? "move" : "replace";
}

/** Runs as <ins> and <del>, with words for ears. */
export function drawn(runs) {
  const all = document.createDocumentFragment();
  for (const run of runs) {
    if (run.kind === "equal") {
      all.append(run.text);
      continue;
    }
    const changed = element(run.kind === "insert" ? "ins" : "del");
    const spoken = words(run.kind === "insert" ? "added" : "removed");
    changed.append(element("span", "vh", `${spoken} `), run.text, element("span", "vh", `${words("end")} `));
    all.append(changed);
  }
  return all;
}
