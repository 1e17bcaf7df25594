// A table whose cells can be chosen: real links (a middle click opens a tab), shapes and words beside colours.
function element(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

function bar(at) {
  const line = element("span", "bar");
  const reach = element("span", "reach");
  reach.style.left = `${at.low}%`;
  reach.style.width = `${Math.max(at.high - at.low, 0.5)}%`;
  line.append(reach);
  for (const [name, place] of [["before", at.before], ["target", at.target], ["dot", at.at]]) {
    if (place === null || place === undefined) continue;
    const mark = element("span", name);
    mark.style.left = `${place}%`;
    line.append(mark);
  }
  return line;
}

const SVG = "http://www.w3.org/2000/svg";
function drawnAs(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// The line of a year, its last point marked; a gap stays a gap.
function spark(values) {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const reach = Math.max(...known) - low || 1;
  const place = (value, at) => [2 + (96 * at) / Math.max(values.length - 1, 1), 20 - (16 * (value - low)) / reach];
  const picture = drawnAs("svg", { viewBox: "0 0 102 24", class: "spark", "aria-hidden": "true" });
  let path = "";
  let pen = "M";
  let last = null;
  values.forEach((value, at) => {
    if (value === null) { pen = "M"; return; }
    last = place(value, at);
    path += `${pen}${last[0].toFixed(1)} ${last[1].toFixed(1)}`;
    pen = "L";
  });
  picture.append(drawnAs("path", { d: path }));
  if (last) picture.append(drawnAs("circle", { cx: last[0], cy: last[1], r: 2 }));
  return picture;
}

function inside(cell) {
  const parts = [];
  if (cell.bar) parts.push(bar(cell.bar));
  if (cell.spark) parts.push(spark(cell.spark));
  const first = element("span", "first");
  if (cell.shape) {
    const shape = element("span", "shape", cell.shape);
    shape.setAttribute("aria-hidden", "true");
    first.append(shape, " ");
  }
  if (cell.strong) first.append(element("strong", "", cell.strong), " ");
  if (cell.text) first.append(cell.text);
  if (first.childNodes.length) parts.push(first);
  if (cell.sub) parts.push(element("span", "sub", cell.sub));
  return parts;
}

function filled(cell, choose, column) {
  const box = element(cell.head ? "th" : "td", `${cell.tone || ""} ${cell.align || ""}`);
  if (cell.head) box.scope = "row";
  else if (column && column.text) box.dataset.column = column.text;
  if (cell.span) box.colSpan = cell.span;
  if (cell.tip) box.title = cell.tip;
  if (cell.pick) {
    const link = element("a");
    link.href = cell.href || "#";
    if (cell.label) link.setAttribute("aria-label", cell.label);
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(cell.pick);
    };
    link.append(...inside(cell));
    box.append(link);
  } else {
    box.append(...inside(cell));
  }
  return box;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  const choose = (pick) => setTriggerValue("picked", pick);
  const table = element("table");
  table.append(element("caption", "", data.caption));
  const head = element("tr");
  table.className = data.columns.length ? (data.columns.length > 3 ? data.narrow : "") : "list";
  for (const column of data.columns) {
    const box = element("th", column.align || "", column.text);
    box.scope = "col";
    if (column.sub) box.append(element("span", "sub", column.sub));
    head.append(box);
  }
  const top = element("thead");
  top.append(head);
  if (data.columns.length) table.append(top);
  const body = element("tbody");
  for (const row of data.rows) {
    const line = element("tr", row.group ? "group" : row.chosen ? "chosen" : "");
    if (row.group) {
      const box = element("th", "", row.group);
      box.scope = "colgroup";
      box.colSpan = data.columns.length;
      line.append(box);
    } else {
      line.append(...row.cells.map((cell, at) => filled(cell, choose, cell.span ? null : data.columns[at])));
    }
    body.append(line);
  }
  table.append(body);
  root.replaceChildren(table);
  if (data.narrow === "scroll") root.prepend(element("p", "more", "Push the table sideways for more columns →"));
}
