// The question's box: growing text with a draft, preset chips, the model's price, and one sending at a time.

import { touch } from "./lib.js";

const SENT = "sent-draft";
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

class AskText extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("textarea");
    this.key = `draft:${this.dataset.draft}`;
    if (!this.box.value) this.box.value = localStorage.getItem(this.key) ?? "";
    this.box.addEventListener("input", () => this.changed());
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.grow();
  }

  changed() {
    if (this.box.value) localStorage.setItem(this.key, this.box.value);
    else localStorage.removeItem(this.key);
    this.grow();
  }

  grow() {
    if (GROWS_BY_ITSELF) return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  // On a touch keyboard Enter breaks the line: there is no Shift-Enter, and the button is near.
  onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    this.closest("form").requestSubmit();
  }

  set(text) {
    this.box.value = text;
    this.changed();
  }

  /** Leaves the draft to the page that follows: without one the text would be lost. */
  send() {
    sessionStorage.setItem(SENT, this.key);
  }
}

class ChipRow extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[name=preset]");
    this.box = document.getElementById(this.dataset.for);
    this.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-instruction]");
      if (chip) this.choose(chip);
    });
    this.box.addEventListener("input", () => this.mark());
    this.mark();
  }

  choose(chip) {
    this.box.closest("ask-text").set(chip.dataset.instruction);
    this.box.focus();
    this.mark();
  }

  /** A chip counts as chosen only as long as the box says exactly what it put there. */
  mark() {
    this.field.value = "";
    for (const chip of this.querySelectorAll("[data-instruction]")) {
      const same = chip.dataset.instruction.trim() === this.box.value.trim();
      chip.setAttribute("aria-pressed", String(same));
      if (same) this.field.value = chip.dataset.id;
    }
  }
}

class ModelChoice extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    select.addEventListener("change", () => {
      this.querySelector("[data-price]").textContent = select.selectedOptions[0].dataset.priceWords;
      this.dispatchEvent(new CustomEvent("model-chosen", { bubbles: true }));
    });
  }
}

/** Tells the style sheets how high the box at the foot is, so that what is sticky stays above it. */
function measureDock() {
  const dock = document.querySelector(".dock");
  if (!dock) return;
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--dock-height", `${dock.offsetHeight}px`);
  }).observe(dock);
}

function answerRuns() {
  return document.querySelector("reply-stream:not([data-settled])") !== null;
}

function refresh() {
  const form = document.getElementById("composer");
  if (!form?.matches("[hx-post]")) return;
  form.querySelector("[data-send]").disabled = answerRuns();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-ask]")) return;
  if (form.hasAttribute("data-sending") || answerRuns()) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-ask]:not([hx-post])") || event.defaultPrevented) return;
  form.setAttribute("data-sending", "");
  form.querySelector("ask-text").send();
});

/** Takes away what was sent, and leaves what was added or typed since. */
let forgetWhatWasSent;

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target;
  if (form.id !== "composer") return;
  form.setAttribute("data-sending", "");
  const text = form.querySelector("ask-text");
  const words = text.box.value;
  const forgetPictures = form.querySelector("picture-drop").noteSent();
  forgetWhatWasSent = () => {
    if (text.box.value === words) text.set("");
    forgetPictures();
  };
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (form.id !== "composer") return;
  form.removeAttribute("data-sending");
  if (event.detail.successful) {
    form.querySelector("ask-text").box.focus();
    forgetWhatWasSent();
    form.querySelector(".notice")?.remove();
  }
  refresh();
});

document.addEventListener("turn-changed", refresh);

/** Forgets a draft that was sent, unless this is the page to write it again. */
function forgetSent() {
  const key = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (key && key !== document.querySelector("ask-text").key) localStorage.removeItem(key);
}

// A page that comes back from the browser's cache must be able to send again.
window.addEventListener("pageshow", () => {
  document.querySelector("form[data-ask]")?.removeAttribute("data-sending");
  forgetSent();
});

measureDock();
customElements.define("ask-text", AskText);
customElements.define("chip-row", ChipRow);
customElements.define("model-choice", ModelChoice);
