// Shows a print button where a script can print.
export default function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
