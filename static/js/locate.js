// Fills in where the device is, on request: the latitude and longitude of the form around a button.
const PATIENCE = 20_000;
const DIGITS = 5; // about a metre

export default function locate(button) {
  if (!navigator.geolocation) return;
  const words = button.querySelector("span");
  const { latitude, longitude } = button.form.elements;
  words.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", () => {
    words.textContent = button.dataset.looking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(DIGITS);
        longitude.value = coords.longitude.toFixed(DIGITS);
        words.textContent = button.dataset.found;
      },
      () => (words.textContent = button.dataset.missing),
      { enableHighAccuracy: true, timeout: PATIENCE },
    );
  });
}
