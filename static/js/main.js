// Progressive enhancement. An element names the module that makes it pleasant:
//   <div data-enhance="/static/js/scanner.<hash>.js" …>
// The module exports one function of that element. Words come from data- attributes, translated.

import { forgetAll as forgetAllBallots } from "./ballot_drafts.js";
import { forgetAllDrafts, forgetOtherDrafts } from "./drafts.js";

const home = new URL(".", import.meta.url);
const begun = new WeakSet();

// Only modules from our own folder: injected markup must not be able to load a script.
function isOurs(address) {
  return address.origin === home.origin && address.pathname.startsWith(home.pathname);
}

async function enhance(element) {
  if (begun.has(element)) return;
  begun.add(element);
  const address = new URL(element.dataset.enhance, document.baseURI);
  if (!isOurs(address)) {
    console.warn("Refused to load a module from outside:", address.href);
    return;
  }
  const module = await import(address.href);
  module.default(element);
}

function enhanceWithin(root) {
  if (root.matches?.("[data-enhance]")) enhance(root);
  root.querySelectorAll("[data-enhance]").forEach(enhance);
}

// A form is sent once. After half a second it says that it is at work. The button stays focusable,
// and its name and value travel along, because it is not disabled but ignored.
const SLOW_AFTER_MS = 500;
const sending = new WeakMap();

function markSlow(button) {
  button.setAttribute("aria-busy", "true");
  announce(document.body.dataset.slow);
}

function announce(words) {
  let region = document.getElementById("announcements");
  if (!region) {
    region = document.createElement("p");
    region.id = "announcements";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = words ?? "";
}

function submitOnce(event) {
  const form = event.target;
  // Not form.method: a field of that name would stand in its place.
  const method = form.getAttribute("method") ?? "get";
  if (event.defaultPrevented || method.toLowerCase() !== "post") return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter ?? form.querySelector("[type=submit]");
  button?.setAttribute("aria-disabled", "true");
  sending.set(form, { button, timer: setTimeout(() => button && markSlow(button), SLOW_AFTER_MS) });
}

function release(form) {
  const state = sending.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  state.button?.removeAttribute("aria-disabled");
  state.button?.removeAttribute("aria-busy");
  sending.delete(form);
  announce("");
}

document.addEventListener("submit", submitOnce);
// Coming back by the Back button must find working forms.
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
document.addEventListener("htmx:load", (event) => enhanceWithin(event.detail.elt));
document.addEventListener("portal:replaced", (event) => enhanceWithin(event.target));

enhanceWithin(document.documentElement);

// Half-written forms are for who wrote them, and for now.
document.addEventListener("submit", (event) => {
  if (!new URL(event.target.action).pathname.endsWith("/logout")) return;
  forgetAllDrafts();
  forgetAllBallots();
});
forgetOtherDrafts();
