// <split-handle>: sets how wide the thread is beside the pictures, by dragging or arrow keys, and keeps it.

const KEY = "thread-width";
const LEAST = 440;
const STAGE_LEAST = 300;

class SplitHandle extends HTMLElement {
  connectedCallback() {
    this.set(Number(localStorage.getItem(KEY)) || null);
    this.addEventListener("pointerdown", (event) => {
      this.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.addEventListener("pointermove", (event) => {
      if (this.hasPointerCapture(event.pointerId)) this.set(event.clientX - this.left, true);
    });
    this.addEventListener("dblclick", () => this.set(null, true));
    this.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -32, ArrowRight: 32 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.set(this.previousElementSibling.offsetWidth + step, true);
    });
  }

  get left() {
    return this.parentElement.getBoundingClientRect().left;
  }

  set(width, keep = false) {
    const box = this.parentElement;
    if (width === null) {
      box.style.removeProperty("--thread-width");
      localStorage.removeItem(KEY);
      return;
    }
    const fitting = Math.round(Math.max(LEAST, Math.min(width, box.offsetWidth - STAGE_LEAST)));
    box.style.setProperty("--thread-width", `${fitting}px`);
    this.setAttribute("aria-valuenow", String(fitting));
    if (keep) localStorage.setItem(KEY, String(fitting));
  }
}

customElements.define("split-handle", SplitHandle);
