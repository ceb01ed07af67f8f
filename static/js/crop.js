// <picture-crop>: a region drawn, moved and stretched over a picture by pointer or keys; tells by "crop-change", and by "crop-settled" at the end of a drag.

import { between, middle, moved, stretched } from "./region.js";

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
// Screen pixels: what an arrow key moves by, and what is still a click and not yet a drag.
const STEP = 8;
const STILL = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class PictureCrop extends HTMLElement {
  connectedCallback() {
    this.size = { width: Number(this.dataset.width), height: Number(this.dataset.height) };
    this.frame = this.querySelector("[data-frame]");
    for (const sides of HANDLES) {
      const handle = document.createElement("span");
      handle.className = "crop-handle";
      handle.dataset.sides = sides;
      this.frame.append(handle);
    }
    this.frame.addEventListener("keydown", (event) => this.onKey(event));
    // On all of the canvas, so that a drag may begin beside the picture; before the zoom, which then leaves it alone.
    const canvas = this.closest("[data-canvas]");
    const options = { capture: true };
    canvas.addEventListener("pointerdown", (event) => this.onDown(event), options);
    canvas.addEventListener("pointermove", (event) => this.onMove(event), options);
    canvas.addEventListener("pointerup", (event) => this.onUp(event), options);
    canvas.addEventListener("pointercancel", () => this.giveUp(), options);
    canvas.addEventListener("dblclick", (event) => this.hidden || event.stopImmediatePropagation(), options);
  }

  /** Shows a region to begin with, and takes the focus. */
  start() {
    this.hidden = false;
    this.box = middle(this.size);
    this.frame.focus({ preventScroll: true });
  }

  end() {
    this.giveUp();
    this.hidden = true;
  }

  /** Takes a region as it was typed, brought inside the picture. */
  choose([left, top, right, bottom]) {
    const box = between([left, top], [left, top], this.size);
    this.box = stretched(box, "es", right - box[2], bottom - box[3], this.size);
  }

  get box() {
    return this.region;
  }

  set box(region) {
    this.region = region;
    const [left, top, right, bottom] = region;
    const { width, height } = this.size;
    const sides = { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
    for (const [side, share] of Object.entries(sides)) this.style.setProperty(`--${side}`, `${share * 100}%`);
    this.dispatchEvent(new CustomEvent("crop-change", { bubbles: true }));
  }

  /** Screen pixels per pixel of the picture. */
  get scale() {
    return this.getBoundingClientRect().width / this.size.width;
  }

  at(event) {
    const { left, top } = this.getBoundingClientRect();
    return [(event.clientX - left) / this.scale, (event.clientY - top) / this.scale];
  }

  onDown(event) {
    if (this.hidden || event.button !== 0) return;
    // A second finger zooms: what the first one did is taken back.
    if (!event.isPrimary) return this.giveUp();
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    this.frame.focus({ preventScroll: true });
    const sides = event.target.dataset.sides;
    this.drag = { sides, moves: this.frame.contains(event.target), from: this.at(event), box: this.box, began: event };
  }

  onMove(event) {
    if (!this.drag || !event.isPrimary) return;
    event.preventDefault();
    const { sides, moves, from, box, began } = this.drag;
    const way = Math.hypot(event.clientX - began.clientX, event.clientY - began.clientY);
    if (!this.hasAttribute("data-held") && way < STILL) return;
    this.toggleAttribute("data-held", true);
    const to = this.at(event);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    if (sides) this.box = stretched(box, sides, dx, dy, this.size);
    else if (moves) this.box = moved(box, dx, dy, this.size);
    else this.box = between(from, to, this.size);
  }

  onUp(event) {
    if (!this.drag || !event.isPrimary) return;
    event.preventDefault();
    this.drop();
  }

  giveUp() {
    if (!this.drag) return;
    const { box } = this.drag;
    this.drop();
    this.box = box;
  }

  drop() {
    this.drag = null;
    this.removeAttribute("data-held");
    this.dispatchEvent(new CustomEvent("crop-settled", { bubbles: true }));
  }

  onKey(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = Math.max(1, Math.round(STEP / this.scale));
    const [dx, dy] = arrow.map((way) => way * step);
    this.box = event.shiftKey
      ? stretched(this.box, "es", dx, dy, this.size)
      : moved(this.box, dx, dy, this.size);
    this.dispatchEvent(new CustomEvent("crop-settled", { bubbles: true }));
  }
}

customElements.define("picture-crop", PictureCrop);
