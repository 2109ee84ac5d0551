// j and k (or the arrows) move through the queue; Enter follows the link that has the focus.
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

export default function queue(list) {
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const inside = list.contains(document.activeElement);
    // Outside the queue the arrows still scroll the page.
    if (!inside && event.key.startsWith("Arrow")) return;
    const links = [...list.querySelectorAll("[data-queue-link]")];
    const item = document.activeElement.closest(".queue-item");
    const here = links.findIndex((link) => item?.contains(link));
    const next = links[here === -1 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
