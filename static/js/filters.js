// Sends the filters as soon as one is chosen; typing still waits for Enter or the button.
export default function filters(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=radio], [type=checkbox], [type=date]")) {
      form.requestSubmit();
    }
  });
}
