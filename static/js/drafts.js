// Where half-written forms wait in this tab (see keep_draft.js), and when they are forgotten.
const PREFIX = "draft:";

export function draftKey() {
  return PREFIX + location.pathname;
}

// A page that asks for a password stands between the form and its return.
export function forgetOtherDrafts() {
  if (document.querySelector("main input[type=password]")) return;
  forget((key) => key !== draftKey());
}

export function forgetAllDrafts() {
  forget(() => true);
}

function forget(unwanted) {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX) && unwanted(key))
    .forEach((key) => sessionStorage.removeItem(key));
}
