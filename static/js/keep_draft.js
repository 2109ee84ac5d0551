// Keeps what is typed into a long form, so that a session that ended in the middle costs nothing:
// after signing in again the form is as it was. It stays in this tab alone; main.js forgets it as
// soon as one goes on elsewhere or signs out.
import { draftKey } from "./drafts.js";

const KEPT = "input:not([type=hidden], [type=password], [type=file]), select, textarea";

export default function keepDraft(form) {
  restore(form);
  form.addEventListener("input", () => save(form));
}

function fields(form) {
  return [...form.querySelectorAll(KEPT)].filter((field) => field.name && field.id);
}

function save(form) {
  const typed = fields(form).map((field) => [field.id, isTicked(field) ? field.checked : field.value]);
  sessionStorage.setItem(draftKey(), JSON.stringify(typed));
}

function restore(form) {
  const typed = new Map(JSON.parse(sessionStorage.getItem(draftKey()) ?? "[]"));
  fields(form)
    .filter((field) => typed.has(field.id))
    .forEach((field) => {
      field[isTicked(field) ? "checked" : "value"] = typed.get(field.id);
    });
}

function isTicked(field) {
  return field.type === "checkbox" || field.type === "radio";
}
