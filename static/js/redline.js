// The redline between two wordings, word by word, as one types. The server's own is the one that counts.
import { element, words } from "./words.js";

const TOKEN = /\s+|[\p{L}\p{N}]+(?:['’\-][\p{L}\p{N}]+)*|[^\s]/gu;
const LARGEST = 4_000_000;

/** Stretches {kind: "equal" | "insert" | "delete", text} from `before` to `after`. */
export function redline(before, after) {
  const a = before.match(TOKEN) ?? [];
  const b = after.match(TOKEN) ?? [];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const runs = [];
  const add = (kind, text) => {
    if (!text) return;
    if (runs.at(-1)?.kind === kind) runs.at(-1).text += text;
    else runs.push({ kind, text });
  };
  add("equal", a.slice(0, head).join(""));
  for (const [kind, text] of between(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) add(kind, text);
  add("equal", a.slice(a.length - tail).join(""));
  return gathered(runs);
}

// Longest common subsequence; a text too long for that is shown as replaced whole.
function between(a, b) {
  if (!a.length || !b.length || a.length * b.length > LARGEST) {
    return [["delete", a.join("")], ["insert", b.join("")]];
  }
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j]
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const found = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push(["equal", a[i]]);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      found.push(["delete", a[i]]);
      i += 1;
    } else {
      found.push(["insert", b[j]]);
      j += 1;
    }
  }
  return found;
}

// A space left standing between two changes goes with them: words are replaced, not their gaps.
function gathered(runs) {
  const out = [];
  let gone = "";
  let come = "";
  const flush = () => {
    if (gone) out.push({ kind: "delete", text: gone });
    if (come) out.push({ kind: "insert", text: come });
    gone = "";
    come = "";
  };
  runs.forEach((run, n) => {
    if (run.kind === "delete") gone += run.text;
    else if (run.kind === "insert") come += run.text;
    else if (run.text.trim() === "" && n > 0 && n < runs.length - 1 && gone && come) {
      gone += run.text;
      come += run.text;
    } else {
      flush();
      out.push(run);
    }
  });
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
  const sorted = (text) => (text.match(TOKEN) ?? []).filter((token) => /[\p{L}\p{N}]/u.test(token)).sort().join(" ");
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
