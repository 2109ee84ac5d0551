// The host's screen: runs the ring down, then fetches the next code into its place. The clock of
// the projector's computer may be wrong: time is counted from the server's own now.
const RETRY_MS = 3000;
const TICK_MS = 250;

// The ring is drawn with a radius that makes it 100 long.
export default function code(screen) {
  const ring = screen.querySelector(".ring-left");
  const clock = screen.querySelector("[data-code-clock]");
  const { refresh, seconds, offline } = screen.dataset;
  const lifetime = Number(screen.dataset.lifetime) * 1000;
  const left = Date.parse(screen.dataset.validUntil) - Date.parse(screen.dataset.now);
  // Never more than one request a second, whatever the clocks say.
  const ends = performance.now() + Math.max(left, 1000);

  const timer = setInterval(() => {
    if (!screen.isConnected) return clearInterval(timer);
    const remaining = Math.max(0, ends - performance.now());
    ring.setAttribute("stroke-dashoffset", String(100 - (100 * remaining) / lifetime));
    clock.textContent = seconds.replace("{n}", String(Math.ceil(remaining / 1000)));
    if (remaining > 0) return;
    clearInterval(timer);
    renew();
  }, TICK_MS);

  async function renew() {
    try {
      screen.replaceWith(await fetchScreen(refresh, screen.id));
      document
        .getElementById(screen.id)
        .dispatchEvent(new CustomEvent("portal:replaced", { bubbles: true }));
    } catch (problem) {
      clock.textContent = offline;
      console.warn(problem);
      setTimeout(renew, RETRY_MS);
    }
  }
}

async function fetchScreen(url, id) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(`The next code did not come: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(id);
  if (!fresh) throw new Error("The answer holds no code.");
  return document.adoptNode(fresh);
}
