// Lanes of cards: real links in lists, so that Tab and Enter are enough; shapes and words beside colours.
function element(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

function line(said) {
  const made = element("span", `line ${said.tone || ""}`);
  if (said.shape) {
    const shape = element("span", "shape", said.shape);
    shape.setAttribute("aria-hidden", "true");
    made.append(shape, " ");
  }
  made.append(said.text);
  return made;
}

function card(one, choose) {
  const link = element("a", one.chosen ? "chosen" : "");
  link.href = one.href;
  link.setAttribute("aria-label", one.label);
  if (one.chosen) link.setAttribute("aria-current", "true");
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(one.pick);
  };
  link.append(element("strong", "", one.title), ...one.lines.map(line));
  const box = element("li");
  box.append(link);
  return box;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lanes");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", data.caption);
  const choose = (pick) => setTriggerValue("picked", pick);
  const drawn = data.columns.map((column) => {
    const lane = element("section");
    lane.setAttribute("aria-label", column.text);
    const head = element("h4", "", column.text);
    head.append(element("span", "", String(column.cards.length)));
    lane.append(head);
    if (!column.cards.length) {
      lane.append(element("div", "none", "None"));
      return lane;
    }
    const list = element("ul");
    list.append(...column.cards.map((one) => card(one, choose)));
    lane.append(list);
    return lane;
  });
  root.replaceChildren(...drawn);
}
