// Shows the photographs that were chosen.
export default function photo(drop) {
  const input = drop.querySelector("input[type=file]");
  const previews = drop.querySelector(".photo-previews");
  input.addEventListener("change", () => {
    previews.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    previews.replaceChildren(...[...input.files].map((file) => preview(file, drop.dataset.alt)));
  });
}

function preview(file, alt) {
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = alt;
  // A kind of picture that this browser cannot draw is still sent.
  image.addEventListener("error", () => image.remove());
  return image;
}
