// Turns the fold that asks "are you sure?" into a dialog. Without this it stays a fold.
let count = 0;

export default function confirm(details) {
  if (typeof HTMLDialogElement === "undefined") return;
  const summary = details.querySelector("summary");
  const panel = details.querySelector(".confirm-panel");
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const title = document.createElement("h2");
  title.id = `confirm-title-${(count += 1)}`;
  title.textContent = summary.textContent.trim();
  dialog.setAttribute("aria-labelledby", title.id);

  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet";
  close.textContent = details.dataset.close;
  close.addEventListener("click", () => dialog.close());

  const open = document.createElement("button");
  open.type = "button";
  open.className = summary.className;
  open.setAttribute("aria-haspopup", "dialog");
  open.append(...summary.childNodes);
  open.addEventListener("click", () => dialog.showModal());

  const answers = document.createElement("div");
  answers.className = "confirm-answers";
  answers.append(panel.querySelector("form"), close);
  panel.prepend(title);
  panel.append(answers);
  dialog.append(panel);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  details.replaceWith(open, dialog);
}
