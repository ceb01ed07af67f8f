// Marks a picture wherever the page shows it, when it was taken out of the thread or put back.

import { announce } from "./lib.js";

document.addEventListener("picture-taken", ({ detail }) => {
  const thumbs = document.querySelectorAll(`.thumb[data-picture="${detail.id}"]`);
  for (const thumb of thumbs) {
    thumb.toggleAttribute("data-taken-out", detail.out);
    thumb.setAttribute("aria-label", `${thumb.dataset.label || "Picture 1"}${detail.out ? ", taken out" : ""}`);
  }
  announce(detail.words);
  // What was pressed may be gone; the picture that it was about takes over the focus.
  if (document.activeElement === document.body) thumbs[0]?.focus();
});
