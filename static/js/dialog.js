// A link to #id opens that <dialog>. Without this the link shows it in place (:target).
export default function dialog(link) {
  const target = document.getElementById(link.hash.slice(1));
  if (!target?.showModal) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.showModal();
  });
  // A link that acts as a button answers to the space bar too.
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  target.addEventListener("click", (event) => {
    if (event.target !== target && !event.target.closest("[data-dialog-close]")) return;
    event.preventDefault();
    target.close();
  });
}
