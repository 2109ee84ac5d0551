// A fold used as a menu: arrows, Home and End move through its items, Escape closes it, and so does
// looking elsewhere.
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function go(details, event) {
  const items = [...details.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const last = items.length - 1;
  let to = null;
  if (event.key === "Home") to = 0;
  else if (event.key === "End") to = last;
  else if (event.key in STEPS && at < 0) to = STEPS[event.key] > 0 ? 0 : last;
  else if (event.key in STEPS) to = (at + STEPS[event.key] + items.length) % items.length;
  if (to === null) return;
  event.preventDefault();
  details.open = true;
  items[to].focus();
}

export default function menu(details) {
  const close = () => details.removeAttribute("open");
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      close();
      details.querySelector("summary").focus();
    } else if (details.open || event.key === "ArrowDown") go(details, event);
  });
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !details.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) close();
  });
}
