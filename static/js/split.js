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
    const watch = new ResizeObserver(() => this.tell());
    for (const box of [this.parentElement, this.previousElementSibling]) watch.observe(box);
    this.addEventListener("dblclick", () => this.set(null, true));
    this.addEventListener("keydown", (event) => {
      const width = { ArrowLeft: this.width - 32, ArrowRight: this.width + 32, Home: LEAST, End: this.most }[event.key];
      if (width === undefined) return;
      event.preventDefault();
      this.set(width, true);
    });
  }

  get left() {
    return this.parentElement.getBoundingClientRect().left;
  }

  get width() {
    return this.previousElementSibling.offsetWidth;
  }

  get most() {
    return this.parentElement.offsetWidth - STAGE_LEAST;
  }

  /** Says how wide the thread is, and can be, to those who do not see it. */
  tell() {
    this.setAttribute("aria-valuemin", String(LEAST));
    this.setAttribute("aria-valuemax", String(this.most));
    this.setAttribute("aria-valuenow", String(this.width));
  }

  set(width, keep = false) {
    const box = this.parentElement;
    if (width === null) {
      box.style.removeProperty("--thread-width");
      localStorage.removeItem(KEY);
      return;
    }
    const fitting = Math.round(Math.max(LEAST, Math.min(width, this.most)));
    box.style.setProperty("--thread-width", `${fitting}px`);
    if (keep) localStorage.setItem(KEY, String(fitting));
  }
}

customElements.define("split-handle", SplitHandle);
