// An editor for one question: colours, and completion of tables, columns, macros, functions and filters.
// Tab leaves the editor unless a list of completions is open; Escape closes the list; Ctrl+Enter runs.
const KEYWORDS = (
  "select from where group by order having with as join left right full inner cross semi anti on using and or not in is null " +
  "case when then else end distinct limit offset union all except intersect between like ilike over partition filter " +
  "asc desc nulls last first qualify exists interval date timestamp true false values cast lateral rollup pivot"
).split(" ");
const TOKEN = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'?)|(\$\w+)|(\b\d+(?:\.\d+)?(?:e\d+)?\b)|("(?:[^"]|"")*"?)|(\b[A-Za-z_]\w*\b)|([\s\S])/g;
const MOST = 8;
const KEPT = "bellwether lab";

function element(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function kindOf(word, known) {
  const low = word.toLowerCase();
  if (KEYWORDS.includes(low)) return "word";
  if (known.tables.has(low)) return "table";
  if (known.called.has(low)) return "call";
  return "";
}

function coloured(text, known) {
  const out = document.createDocumentFragment();
  for (const [whole, comment, quoted, filter, number, name, word] of text.matchAll(TOKEN)) {
    const kind = comment ? "comment" : quoted ? "quoted" : filter ? "filter" : number ? "number" : word ? kindOf(word, known) : "";
    if (kind) out.append(element("span", kind, whole));
    else out.append(whole);
  }
  out.append("\n");
  return out;
}

// The tables that the text names, and what it calls them.
function named(text, known) {
  const found = new Map();
  const bare = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  for (const [, table, alias] of bare.matchAll(/\b(?:from|join|,)\s+"?(\w+)"?(?:\s+(?:as\s+)?(\w+))?/gi)) {
    const real = known.tables.get(table.toLowerCase());
    if (!real) continue;
    found.set(table.toLowerCase(), real);
    if (alias && !KEYWORDS.includes(alias.toLowerCase())) found.set(alias.toLowerCase(), real);
  }
  return found;
}

function offers(before, text, data, known) {
  const filter = before.match(/\$(\w*)$/);
  if (filter) return { typed: filter[1], from: data.filters.map(([name, about]) => ({ text: name, about, kind: "filter" })) };
  const typed = before.match(/(\w*)$/)[1];
  const inside = named(text, known);
  const columns = (table) => table.columns.map(([name, type]) => ({ text: name, about: `${type}, ${table.name}`, kind: "column" }));
  const dotted = before.match(/(\w+)\.\w*$/);
  if (dotted) {
    const table = inside.get(dotted[1].toLowerCase());
    return { typed, from: table ? columns(table) : [] };
  }
  const tables = data.tables.map((one) => ({ text: one.name, about: one.about || one.kind, kind: "table" }));
  if (/\b(from|join)\s+\w*$/i.test(before)) return { typed, from: tables };
  const seen = new Set();
  const mine = [...new Set(inside.values())].flatMap(columns).filter((one) => !seen.has(one.text) && seen.add(one.text));
  const macros = data.macros.map(([name, given]) => ({ text: name, tail: "(", about: `${name}(${given})`, kind: "rule" }));
  const functions = data.functions.map((name) => ({ text: name, tail: "(", about: "function", kind: "function" }));
  const words = KEYWORDS.map((name) => ({ text: name, about: "", kind: "word" }));
  return { typed, from: [...mine, ...macros, ...tables, ...words, ...functions] };
}

function matching({ typed, from }, asked) {
  const low = typed.toLowerCase();
  if (!low && !asked) return [];
  const starts = from.filter((one) => one.text.toLowerCase().startsWith(low));
  const holds = low.length > 1 ? from.filter((one) => !starts.includes(one) && one.text.toLowerCase().includes(low)) : [];
  const all = [...starts, ...holds];
  if (all.length === 1 && all[0].text.toLowerCase() === low) return [];
  return all.slice(0, asked ? 200 : MOST);
}

// Where the caret stands, in pixels of the text: measured on a copy of what stands before it.
function caret(shade, text, place) {
  const copy = shade.cloneNode(false);
  copy.style.visibility = "hidden";
  copy.removeAttribute("aria-hidden");
  copy.append(text.slice(0, place));
  const mark = element("span", "", "\u200b");
  copy.append(mark);
  shade.parentElement.append(copy);
  const at = { left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight };
  copy.remove();
  return at;
}

function build(root, box) {
  root.replaceChildren();
  const frame = element("div", "frame");
  const shade = element("pre", "shade");
  shade.setAttribute("aria-hidden", "true");
  const area = element("textarea");
  Object.assign(area, { spellcheck: false, autocomplete: "off", autocapitalize: "off", wrap: "soft" });
  area.setAttribute("aria-label", "Your question, as one SELECT. Control and Enter runs it; Control and Space completes.");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", "completions");
  const list = element("ul", "list");
  Object.assign(list, { id: "completions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  frame.append(shade, area, list);
  const foot = element("div", "foot");
  const run = element("button", "run", "Run");
  run.type = "button";
  run.append(element("kbd", "", "Ctrl Enter"));
  const says = element("span", "says");
  says.setAttribute("role", "status");
  foot.append(run, says, element("span", "hint", "Ctrl Space completes, Tab takes, Esc closes"));
  root.append(frame, foot);
  return Object.assign(box, { frame, shade, area, list, run, says, shown: [], at: 0 });
}

function draw(box) {
  box.shade.replaceChildren(coloured(box.area.value, box.known));
  box.shade.scrollTop = box.area.scrollTop;
  try { sessionStorage.setItem(KEPT, box.area.value); } catch { /* a browser that keeps nothing */ }
}

function close(box) {
  box.list.hidden = true;
  box.shown = [];
  box.area.removeAttribute("aria-activedescendant");
}

function complete(box, asked) {
  const before = box.area.value.slice(0, box.area.selectionStart);
  if (!asked && /(--[^\n]*|\bas\s+\w*|'[^'\n]*)$/i.test(before)) return close(box);
  box.offer = offers(before, box.area.value, box.data, box.known);
  box.shown = matching(box.offer, asked);
  box.at = 0;
  box.sure = asked;  // a list that nobody asked for does not take the Enter key
  if (!box.shown.length) return close(box);
  box.list.replaceChildren(...box.shown.map((one, place) => {
    const line = element("li", "", one.text);
    line.id = `completion-${place}`;
    line.setAttribute("role", "option");
    line.append(element("span", "about", one.about || one.kind));
    line.onmousedown = (event) => { event.preventDefault(); box.at = place; take(box); };
    return line;
  }));
  box.list.hidden = false;
  const place = caret(box.shade, box.area.value, box.area.selectionStart - box.offer.typed.length);
  box.list.style.left = `${Math.max(0, Math.min(place.left, box.frame.clientWidth - 290))}px`;
  box.list.style.top = `${place.top - box.area.scrollTop + 2}px`;
  mark(box, 0);
}

function mark(box, by) {
  box.at = (box.at + by + box.shown.length) % box.shown.length;
  [...box.list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === box.at)));
  box.list.children[box.at].scrollIntoView({ block: "nearest" });
  box.area.setAttribute("aria-activedescendant", `completion-${box.at}`);
}

function take(box) {
  const chosen = box.shown[box.at];
  const end = box.area.selectionStart;
  box.area.setSelectionRange(end - box.offer.typed.length, end);
  const text = chosen.text + (chosen.tail && box.area.value[end] !== "(" ? chosen.tail : "");
  // Through the browser's own command, so that it can be undone.
  if (!document.execCommand("insertText", false, text)) box.area.setRangeText(text, end - box.offer.typed.length, end, "end");
  close(box);
  draw(box);
}

function pressed(box, event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    close(box);
    return box.send();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === " ") {
    event.preventDefault();
    return complete(box, true);
  }
  if (!box.shown.length) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    mark(box, steps[event.key]);
    box.sure = true;
  } else if (event.key === "Tab" || (event.key === "Enter" && box.sure)) take(box);
  else if (event.key === "Escape") close(box);
  else return event.key === "Enter" ? close(box) : undefined;
  event.preventDefault();
}

function listen(box) {
  box.area.addEventListener("input", () => { draw(box); complete(box, false); });
  box.area.addEventListener("scroll", () => { box.shade.scrollTop = box.area.scrollTop; close(box); });
  box.area.addEventListener("click", () => close(box));
  box.area.addEventListener("blur", () => close(box));
  box.area.addEventListener("keydown", (event) => pressed(box, event));
  box.run.onclick = () => box.send();
}

function first(data) {
  if (data.given) return data.given;
  try { return sessionStorage.getItem(KEPT) || data.start; } catch { return data.start; }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".editor");
  let box = root.box;
  if (!box) {
    box = root.box = build(root, {});
    listen(box);
  }
  box.data = data;
  box.known = {
    tables: new Map(data.tables.map((one) => [one.name.toLowerCase(), one])),
    called: new Set([...data.macros.map(([name]) => name), ...data.functions]),
  };
  box.send = () => {
    box.says.textContent = "Asking …";
    setTimeout(() => { box.says.textContent = ""; }, 1500);
    setTriggerValue("ran", { sql: box.area.value, at: Date.now() });
  };
  if (box.given !== data.given || !box.area.value) {
    box.area.value = box.given !== undefined && data.given === box.given ? box.area.value : first(data);
    box.given = data.given;
  }
  draw(box);
}
