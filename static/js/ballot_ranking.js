// Ranking by taps: the next place for what is tapped, none for what is tapped again, and two arrows.
// The numbers stay in the fields that are sent; by hand they would be written there.
export default function ranking(list, words, changed) {
  const hints = list.parentElement;
  hints.querySelector("[data-by-hand]").hidden = true;
  hints.querySelector("[data-by-tap]").hidden = false;
  const lines = [...list.children].map(dress);
  let order = lines
    .filter((line) => Number(line.input.value) > 0)
    .sort((one, other) => one.input.value - other.input.value);
  draw();

  function dress(item) {
    const input = item.querySelector("input");
    const title = item.querySelector("label").textContent;
    const line = { item, input, title, id: input.name.slice("place_".length) };
    const row = item.querySelector(".rank-line");
    input.type = "hidden";
    item.querySelector("label").remove();
    line.badge = element("span", "rank-badge");
    line.badge.setAttribute("aria-hidden", "true");
    line.press = button("rank-press", () => tap(line));
    line.spoken = element("span", "visually-hidden");
    line.press.append(line.badge, Object.assign(element("span"), { textContent: title }), line.spoken);
    line.up = arrow("↑", () => move(line, -1));
    line.down = arrow("↓", () => move(line, 1));
    row.append(line.press, line.up, line.down);
    return line;
  }

  function tap(line) {
    order = order.includes(line) ? order.filter((each) => each !== line) : [...order, line];
    redraw(line.press);
  }

  function move(line, by) {
    const from = order.indexOf(line);
    order.splice(from, 1);
    order.splice(from + by, 0, line);
    const back = by < 0 ? line.up : line.down;
    redraw(back);
    if (back.disabled) line.press.focus();
  }

  function redraw(focused) {
    draw();
    focused.focus();
    changed();
  }

  function draw() {
    lines.forEach((line) => {
      const place = order.indexOf(line) + 1;
      line.input.value = place || "";
      line.badge.textContent = place || "";
      line.item.classList.toggle("rank-chosen", place > 0);
      line.spoken.textContent = place
        ? ` · ${words.place.replace("{n}", place)} · ${words.out}`
        : ` · ${words.put.replace("{n}", order.length + 1)}`;
      line.up.hidden = line.down.hidden = !place;
      line.up.disabled = place === 1;
      line.down.disabled = place === order.length;
      line.up.setAttribute("aria-label", `${words.up}: ${line.title}`);
      line.down.setAttribute("aria-label", `${words.down}: ${line.title}`);
    });
    const rest = lines.filter((line) => !order.includes(line));
    list.append(...[...order, ...rest].map((line) => line.item));
  }

  return {
    chosen: () => order.map((line) => line.id),
    titles: () => order.map((line) => line.title),
    restore(ids) {
      order = ids.map((id) => lines.find((line) => line.id === id)).filter(Boolean);
      draw();
    },
  };
}

function button(kind, press) {
  const made = element("button", kind);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function arrow(sign, press) {
  const made = button("button button-quiet rank-move", press);
  made.textContent = sign;
  return made;
}

function element(tag, kind = "") {
  const made = document.createElement(tag);
  made.className = kind;
  return made;
}
