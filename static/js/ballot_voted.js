// After casting: the receipt is on the page, so the device forgets the ballot. Where the answer was
// lost, the receipt of what was sent is still here, and is shown.
import { forget, keep, read } from "./ballot_drafts.js";
import { inGroups } from "./ballot.js";

export default function voted(area) {
  const name = area.dataset.draft;
  const draft = read(name);
  if (!draft) return;
  if ("shown" in area.dataset || area.dataset.way === "paper" || !draft.sent) {
    forget(name);
    return;
  }
  keep(name, { ...draft, choices: [] });
  const kept = area.querySelector("[data-kept]");
  kept.hidden = false;
  kept.querySelector("[data-receipt]").textContent = inGroups(draft.receipt);
  kept.querySelectorAll("[data-text]").forEach((button) => (button.dataset.text = draft.receipt));
  kept.querySelector("[data-forget]").addEventListener("click", () => {
    forget(name);
    kept.hidden = true;
  });
}
