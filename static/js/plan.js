// Lets a plan follow the latitude and longitude of the form around it.
export default function plan(figure) {
  const fields = figure.closest("form")?.elements;
  if (!fields?.latitude) return;
  const sheet = figure.querySelector("svg").viewBox.baseVal;
  const here = figure.querySelector("[data-plan-here]");
  const outside = figure.querySelector("[data-plan-outside]");
  const { north, west, perLatitude, perLongitude } = figure.dataset;

  const follow = () => {
    // Distances in words were measured from where the place was before.
    figure.querySelectorAll("[data-plan-distance]").forEach((words) => words.remove());
    const [latitude, longitude] = [fields.latitude, fields.longitude].map(read);
    const known = latitude !== null && longitude !== null;
    const x = (longitude - west) * perLongitude;
    const y = (north - latitude) * perLatitude;
    const within = x >= 0 && y >= 0 && x <= sheet.width && y <= sheet.height;
    here.setAttribute("visibility", known && within ? "visible" : "hidden");
    if (known && within) here.setAttribute("transform", `translate(${x} ${y})`);
    outside.hidden = !known || within;
  };
  fields.latitude.addEventListener("input", follow);
  fields.longitude.addEventListener("input", follow);
}

function read(field) {
  const number = Number.parseFloat(field.value);
  return Number.isNaN(number) ? null : number;
}
