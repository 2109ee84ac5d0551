// How far a count is: looks again every few seconds, only while somebody looks at the page. Nothing
// else of the page is touched; when the count has ended, well or not, a link says so.
const EVERY_MS = 4000;

export default function counting(place) {
  const timer = setInterval(look, EVERY_MS);

  async function look() {
    if (!place.isConnected) return clearInterval(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.counting, { cache: "no-store" });
      if (!answer.ok) throw new Error(`How far the count is did not come: ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(place.id);
      if (fresh) return show(fresh);
      clearInterval(timer);
      place.querySelector("[data-so-far]").hidden = true;
      place.querySelector("[data-done]").hidden = false;
    } catch (problem) {
      console.warn(problem); // a number that is a little old does no harm: it is tried again
    }
  }

  function show(fresh) {
    const [now, next] = [place, fresh].map((each) => each.querySelector("[data-so-far]"));
    if (now.innerHTML !== next.innerHTML) now.replaceChildren(...document.adoptNode(next).childNodes);
  }
}
