// Zoom and pan of one picture inside its canvas: wheel, buttons, double click, drag, pinch.

const MOST = 12;
// Air around the whole picture, as in stage.css.
const AIR = 32;
const SWIPE = 60;

export class Zoom {
  constructor(canvas, { onChange, onSwipe }) {
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

  get image() {
    return this.canvas.querySelector("img");
  }

  /** Screen pixels per picture pixel when the whole picture is in sight; small ones are not blown up. */
  get fit() {
    const { width, height } = this.size;
    const air = this.canvas.closest("dialog") ? 0 : AIR;
    return Math.min((this.canvas.clientWidth - air) / width, (this.canvas.clientHeight - air) / height, 1);
  }

  get size() {
    const image = this.image;
    return {
      width: Number(image?.getAttribute("width")) || image?.naturalWidth || 1,
      height: Number(image?.getAttribute("height")) || image?.naturalHeight || 1,
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

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  apply() {
    const image = this.image;
    if (!image) return;
    const scale = this.fit * this.factor;
    const { width, height } = this.size;
    // The picture may not leave the canvas further than its own edge.
    const spareX = Math.max((width * scale - this.canvas.clientWidth) / 2, 0);
    const spareY = Math.max((height * scale - this.canvas.clientHeight) / 2, 0);
    this.x = Math.min(Math.max(this.x, -spareX), spareX);
    this.y = Math.min(Math.max(this.y, -spareY), spareY);
    image.style.width = `${width * scale}px`;
    image.style.height = `${height * scale}px`;
    image.style.transform = `translate(-50%, -50%) translate(${this.x}px, ${this.y}px)`;
    this.canvas.toggleAttribute("data-zoomed", this.factor > 1.001);
    this.onChange(this.factor > 1.001 ? `${Math.round(scale * 100)} %` : "Fit");
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

  onDown(event) {
    if (event.button !== 0) return;
    this.began = event;
    this.pointers.set(event.pointerId, event);
    this.canvas.setPointerCapture(event.pointerId);
  }

  onMove(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
    if (other) {
      const spread = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      this.by(spread(event) / spread(last), ...this.fromMiddle(other));
    }
    this.pan(event.clientX - last.clientX, event.clientY - last.clientY);
    this.pointers.set(event.pointerId, event);
  }

  onUp(event) {
    const alone = this.pointers.size === 1;
    this.pointers.delete(event.pointerId);
    const way = event.clientX - this.began.clientX;
    const whole = this.factor <= 1.001;
    if (alone && whole && event.type === "pointerup" && Math.abs(way) > SWIPE) this.onSwipe(way < 0 ? 1 : -1);
  }
}
