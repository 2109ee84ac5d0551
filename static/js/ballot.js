// The ballot on the voter's own device: what is begun is kept here and not sent, the receipt is
// drawn here, and it is looked over here. Only a ballot that is cast leaves the device.
import { forget, keep, read } from "./ballot_drafts.js";
import ranking from "./ballot_ranking.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // 32 of them: five bits of a byte, no bias
const LENGTH = 26;

export function inGroups(receipt) {
  return receipt.match(/.{1,4}/g).join(" ");
}

function draw() {
  return [...crypto.getRandomValues(new Uint8Array(LENGTH))].map((n) => ALPHABET[n % 32]).join("");
}

export default function ballot(form) {
  const words = JSON.parse(form.dataset.words);
  const name = form.dataset.draft;
  const part = (key) => form.querySelector(`[data-${key}]`);
  const ranks = part("ranking") ? ranking(part("ranking"), words, changed) : null;
  const marks = [...form.querySelectorAll("input[name=choices]")];
  let receipt = draw();
  let pressed; // for browsers that do not say which button sends the form

  const refused = Boolean(form.querySelector(".error-summary"));
  const draft = read(name);
  if (draft) receipt = draft.receipt;
  if (draft && !refused) restore(draft.choices);
  showReceipt();
  showSum();
  part("kept").hidden = false;
  part("forget").hidden = !draft;
  part("restored").hidden = !draft || refused;

  form.addEventListener("change", changed);
  form.addEventListener("click", (event) => (pressed = event.target.closest("[name=step]")?.value));
  form.addEventListener("submit", send);
  part("change").addEventListener("click", () => turn(false));
  part("forget").addEventListener("click", startAnew);
  if (draft && !refused && location.hash === "#review" && !problem()) turn(true);

  function chosen() {
    return ranks ? ranks.chosen() : marks.filter((mark) => mark.checked).map((mark) => mark.value);
  }

  function restore(choices) {
    if (ranks) ranks.restore(choices);
    else marks.forEach((mark) => (mark.checked = choices.includes(mark.value)));
  }

  function changed() {
    keep(name, { receipt, choices: chosen() });
    part("forget").hidden = false;
    part("problem").hidden = true;
    showSum();
  }

  function startAnew() {
    forget(name);
    restore([]);
    receipt = draw();
    showReceipt();
    showSum();
    part("forget").hidden = true;
    part("restored").hidden = true;
    part("problem").hidden = true;
  }

  function showReceipt() {
    form.elements.receipt.value = receipt;
    part("receipt").textContent = inGroups(receipt);
    part("receipt-card")
      .querySelectorAll("[data-text]")
      .forEach((button) => (button.dataset.text = receipt));
  }

  // --- how it adds up ---

  function spent() {
    return marks.filter((mark) => mark.checked).reduce((sum, mark) => sum + Number(mark.dataset.cost), 0);
  }

  function showSum() {
    const { budget, limit } = form.dataset;
    const line = part("sum");
    const over = Boolean(budget) && spent() > Number(budget);
    line.classList.toggle("is-over", over);
    line.hidden = !budget && !limit;
    if (budget) {
      const left = Number(budget) - spent();
      line.textContent = over
        ? say(words.over, { over: money(-left) })
        : say(words.sum, { spent: money(spent()), budget: money(budget), left: money(left) });
    } else if (limit) {
      line.textContent = say(words.chosen_of, { n: chosen().length, most: limit });
      line.classList.toggle("is-over", chosen().length > Number(limit));
    }
  }

  function problem() {
    const { budget, limit } = form.dataset;
    const single = marks.some((mark) => mark.type === "radio");
    if (single && !chosen().length) return words.nothing;
    if (limit && chosen().length > Number(limit)) return say(words.many, { most: limit });
    if (budget && spent() > Number(budget)) return say(words.over, { over: money(spent() - budget) });
    return null;
  }

  // --- looked over, and cast ---

  function send(event) {
    const wrong = problem();
    if (wrong) {
      event.preventDefault();
      turn(false);
      part("problem").textContent = wrong;
      part("problem").hidden = false;
      return;
    }
    if ((event.submitter?.value ?? pressed) === "cast") {
      keep(name, { receipt, choices: chosen(), sent: true });
      return;
    }
    event.preventDefault();
    turn(true);
  }

  function turn(toReview) {
    if (toReview) list();
    part("ballot").hidden = toReview;
    part("review").hidden = !toReview;
    if (toReview) form.querySelector("#review-title").focus();
    else form.querySelector("input:not([type=hidden]), button").focus();
  }

  function nameOf({ dataset }) {
    return dataset.cost ? `${dataset.title} · ${money(dataset.cost)}` : dataset.title;
  }

  function list() {
    const titles = ranks ? ranks.titles() : marks.filter((mark) => mark.checked && mark.dataset.title).map(nameOf);
    const area = part("chosen");
    area.replaceChildren();
    if (!titles.length) {
      area.append(Object.assign(document.createElement("p"), { textContent: words.blank }));
      return;
    }
    const all = document.createElement(ranks ? "ol" : "ul");
    all.className = "chosen";
    titles.forEach((title) => all.append(Object.assign(document.createElement("li"), { textContent: title })));
    area.append(all);
    if (!marks.some((mark) => mark.dataset.cost)) return;
    const together = say(words.together, { sum: money(spent()) });
    area.append(Object.assign(document.createElement("p"), { textContent: together }));
  }
}

function say(text, values) {
  return Object.entries(values).reduce((said, [key, value]) => said.replace(`{${key}}`, value), text);
}

function money(minor) {
  const locale = document.documentElement.lang;
  return new Intl.NumberFormat(locale, { style: "currency", currency: "CNY" }).format(minor / 100);
}
