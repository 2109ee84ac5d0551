// Finds out where the device is, for a check-in that is limited to a place, and sends it along with
// the code. Without a position the code can still be sent: the answer then says what to do.
const PATIENCE = 20_000;
const FRESH_ENOUGH = 60_000;

export default function position(notice) {
  const say = (words) => (notice.querySelector("[data-position]").textContent = words);
  const form = notice.closest("form");
  if (!navigator.geolocation) {
    say(notice.dataset.missing);
    return;
  }
  say(notice.dataset.looking);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.latitude.value = coords.latitude;
      form.elements.longitude.value = coords.longitude;
      say(notice.dataset.found);
    },
    () => say(notice.dataset.missing),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: FRESH_ENOUGH },
  );
}
