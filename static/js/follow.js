// Keeps the end of the thread in sight until the reader scrolls up, and offers the way back.

const NEAR = 80;

let following = false;
let planned = false;
let lastTop = 0;

function room() {
  return document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
}

function showJump() {
  const button = document.querySelector("[data-jump]");
  if (button) button.hidden = following || room() < NEAR;
}

function toEnd() {
  planned = false;
  if (following) window.scrollTo(0, document.documentElement.scrollHeight);
  showJump();
}

/** Call after the thread grew: costs nothing but one scroll per frame. */
export function grew() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(toEnd);
}

export function start() {
  following = true;
  grew();
}

window.addEventListener("scroll", () => {
  const top = window.scrollY;
  if (top < lastTop - 1) following = room() < NEAR;
  else if (room() < NEAR) following = true;
  lastTop = top;
  showJump();
}, { passive: true });

/** Opens a thread at its newest turn, unless the browser knows better where the reader was. */
function openAtNewest() {
  const [entry] = performance.getEntriesByType("navigation");
  const turns = document.querySelectorAll(".turn");
  if (entry?.type !== "navigate" || location.hash || turns.length < 2) return;
  turns[turns.length - 1].scrollIntoView({ block: "start" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-jump]")) start();
});

openAtNewest();
