// Zoom and pan of what a canvas holds, a picture or a sheet with one: wheel, buttons, double click, drag, pinch.

const MOST = 12;
// Air around the whole picture, as in stage.css and seen.css.
const AIR = 32;
const SWIPE = 60;
// From here on pixels are shown as the squares that they are.
const SQUARES = 2;

export class Zoom {
  constructor(canvas, { onChange, onSwipe = () => {} }) {
    this.canvas = canvas;
    this.onChange = onChange;
    this.onSwipe = onSwipe;
    this.pointers = new Map();
    this.reset();
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("dblclick", (event) => this.onDouble(event));
    canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => this.onUp(event));
    }
    new ResizeObserver(() => this.apply()).observe(canvas);
  }

  get sheet() {
    return this.canvas.firstElementChild;
  }

  /** Screen pixels per picture pixel when the whole picture is in sight; small ones are not blown up. */
  get fit() {
    const { width, height } = this.size;
    const air = this.canvas.closest(".viewer-dialog") ? 0 : AIR;
    return Math.min((this.canvas.clientWidth - air) / width, (this.canvas.clientHeight - air) / height, 1);
  }

  get size() {
    const sheet = this.sheet;
    const side = (name) => Number(sheet?.getAttribute(name) ?? sheet?.dataset[name]);
    return {
      width: side("width") || sheet?.naturalWidth || 1,
      height: side("height") || sheet?.naturalHeight || 1,
    };
  }

  reset() {
    this.factor = 1;
    this.x = 0;
    this.y = 0;
    this.apply();
  }

  /** Zooms by a factor around a point given from the canvas's middle. */
  by(step, x = 0, y = 0) {
    const before = this.factor;
    this.factor = Math.min(Math.max(before * step, 1), Math.max(MOST, MOST / this.fit));
    const real = this.factor / before;
    this.x = x - (x - this.x) * real;
    this.y = y - (y - this.y) * real;
    this.apply();
  }

  /** Shows each pixel of the picture as one of the page's. */
  toPixels() {
    this.by(1 / (this.fit * this.factor));
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  apply() {
    const sheet = this.sheet;
    if (!sheet) return;
    const scale = this.fit * this.factor;
    const { width, height } = this.size;
    // The picture may not leave the canvas further than its own edge.
    const spareX = Math.max((width * scale - this.canvas.clientWidth) / 2, 0);
    const spareY = Math.max((height * scale - this.canvas.clientHeight) / 2, 0);
    this.x = Math.min(Math.max(this.x, -spareX), spareX);
    this.y = Math.min(Math.max(this.y, -spareY), spareY);
    sheet.style.width = `${width * scale}px`;
    sheet.style.height = `${height * scale}px`;
    sheet.style.transform = `translate(-50%, -50%) translate(${this.x}px, ${this.y}px)`;
    this.canvas.toggleAttribute("data-zoomed", this.factor > 1.001);
    this.canvas.toggleAttribute("data-squares", scale >= SQUARES);
    this.onChange(this.factor > 1.001 ? `${Math.round(scale * 100)} %` : "Fit", scale);
  }

  fromMiddle(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  }

  onWheel(event) {
    event.preventDefault();
    this.by(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), ...this.fromMiddle(event));
  }

  onDouble(event) {
    if (this.factor > 1.001) this.reset();
    else this.by(Math.max(1 / this.fit, 2.5), ...this.fromMiddle(event));
  }

  // A pointer that something on the sheet has taken moves nothing here, but counts when a second one comes.
  onDown(event) {
    if (event.button !== 0) return;
    this.pointers.set(event.pointerId, event);
    this.began = event.defaultPrevented ? null : event;
    if (this.began) this.canvas.setPointerCapture(event.pointerId);
  }

  onMove(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    this.pointers.set(event.pointerId, event);
    if (event.defaultPrevented) return;
    const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
    if (other) {
      const spread = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      this.by(spread(event) / spread(last), ...this.fromMiddle(other));
    }
    this.pan(event.clientX - last.clientX, event.clientY - last.clientY);
  }

  onUp(event) {
    const alone = this.pointers.size === 1;
    this.pointers.delete(event.pointerId);
    if (!alone || !this.began || event.defaultPrevented) return;
    const way = event.clientX - this.began.clientX;
    const whole = this.factor <= 1.001;
    if (whole && event.type === "pointerup" && Math.abs(way) > SWIPE) this.onSwipe(way < 0 ? 1 : -1);
  }
}
