// Fills in where the device is, on request: the latitude and longitude of the form around a box.
// Whatever fails, the numbers can still be typed.
const PATIENCE = 20_000;
const DIGITS = 5; // about a metre
const REASONS = ["", "refused", "missing", "slow"]; // by the code of a GeolocationPositionError
const ROUGH_METRES = 100;

export default function locate(box) {
  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const { latitude, longitude } = box.closest("form").elements;
  const say = (name, metres = "") => {
    status.textContent = box.dataset[name].replace("0", metres);
    button.removeAttribute("aria-busy");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    // Browsers tell positions to secure pages only.
    if (!navigator.geolocation || !window.isSecureContext) return say("missing");
    say("looking");
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill(latitude, coords.latitude);
        fill(longitude, coords.longitude);
        const metres = Math.ceil(coords.accuracy);
        say(metres > ROUGH_METRES ? "rough" : "found", metres);
      },
      ({ code }) => say(REASONS[code] || "missing"),
      { enableHighAccuracy: true, timeout: PATIENCE },
    );
  });
}

function fill(field, degrees) {
  field.value = degrees.toFixed(DIGITS);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
