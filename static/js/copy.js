// Copies data-text and says so for two seconds.
const SHOWN_MS = 2000;

export default function copy(button) {
  if (!navigator.clipboard) return;
  const words = button.querySelector("span");
  const before = words.textContent;
  words.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text);
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = before), SHOWN_MS);
  });
}
