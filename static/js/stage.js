// <picture-stage>: the thread's pictures, one large and the others in a strip; full screen on demand and on phones.

import { count, isTyping, wide } from "./lib.js";
import { Zoom } from "./zoom.js";

class PictureStage extends HTMLElement {
  connectedCallback() {
    this.viewer = this.querySelector("[data-viewer]");
    this.canvas = this.querySelector("[data-canvas]");
    this.strip = this.querySelector("[data-strip]");
    this.dialog = this.querySelector("dialog");
    this.toggle = this.querySelector("[data-original]");
    this.download = this.querySelector("[data-download]");
    const level = this.querySelector("[data-level]");
    this.zoom = new Zoom(this.canvas, {
      onChange: (words) => (level.textContent = words),
      onSwipe: (by) => this.step(by),
    });
    this.addEventListener("click", (event) => this.onClick(event));
    this.dialog.addEventListener("close", () => this.prepend(this.viewer));
    document.addEventListener("click", (event) => this.onThumb(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("htmx:afterSwap", () => this.collect());
    wide.addEventListener("change", () => this.dialog.close());
    this.mark(this.thumbs[0]);
  }

  get thumbs() {
    return [...this.strip.querySelectorAll(".thumb")];
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const step = { in: 1.5, out: 1 / 1.5 }[button.dataset.zoom];
    if (step) this.zoom.by(step);
    else if (button.dataset.zoom) this.zoom.reset();
    else if (button.dataset.step) this.step(Number(button.dataset.step));
    else if (button === this.toggle) this.show(this.current, this.toggle.ariaPressed !== "true");
    else if (button.matches("[data-look]")) this.look();
    else if (button.matches("[data-expand]")) this.expand();
    else if (button.matches("[data-collapse]")) this.dialog.close();
  }

  onThumb(event) {
    const thumb = event.target.closest(".thumb");
    if (!thumb) return;
    const mine = this.thumbs.find((one) => one.dataset.picture === thumb.dataset.picture);
    this.show(mine ?? thumb, false);
    if (!wide.matches) this.expand();
  }

  onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.target.closest?.("[role=separator], .menu")) return;
    if (document.querySelector("dialog[open]:not(.viewer-dialog)")) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const zoom = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
    if (step) this.step(step);
    else if (zoom) this.zoom.by(zoom);
    else if (event.key === "0") this.zoom.reset();
    else if (event.key === "1") this.zoom.toPixels();
    else return;
    event.preventDefault();
  }

  /** Opens what the model that is chosen now would be sent of the picture. */
  look() {
    const model = document.getElementById("composer").elements.model.value;
    const detail = { id: this.current.dataset.picture, model };
    document.dispatchEvent(new CustomEvent("picture-look", { detail }));
  }

  step(by) {
    const thumbs = this.thumbs;
    const next = thumbs[thumbs.indexOf(this.current) + by];
    if (!next) return;
    this.show(next, false);
    if (this.strip.contains(document.activeElement)) next.focus();
  }

  expand() {
    if (this.dialog.open) return;
    this.dialog.append(this.viewer);
    this.dialog.showModal();
    this.canvas.focus();
  }

  /** Shows a picture as the model was sent it, or as it was uploaded. */
  show(thumb, original) {
    if (!thumb) return;
    const data = thumb.dataset;
    const width = original ? data.width : data.sentWidth;
    const height = original ? data.height : data.sentHeight;
    const image = document.createElement("img");
    image.alt = data.name;
    image.draggable = false;
    if (width) Object.assign(image, { width, height });
    image.addEventListener("load", () => this.zoom.apply());
    image.src = original ? data.original : data.prepared;
    this.canvas.replaceChildren(image);
    this.querySelector("[data-title]").textContent = data.label ? `${data.label}: ${data.name}` : data.name;
    this.querySelector("[data-words]").textContent = facts(width, height, original, data.tokens);
    this.toggle.setAttribute("aria-pressed", String(original));
    this.showWays(data);
    this.mark(thumb);
    this.zoom.reset();
  }

  /** Offers the original to be seen, or to be downloaded where a browser does not show just this picture. */
  showWays(data) {
    const shows = "shows" in data;
    this.toggle.hidden = !shows;
    this.download.hidden = shows;
    this.download.href = data.original;
    this.querySelector("[data-look]").hidden = false;
  }

  mark(thumb) {
    this.current = thumb;
    for (const one of this.thumbs) one.setAttribute("aria-pressed", String(one === thumb));
    if (!thumb) return;
    const { left, width } = thumb.getBoundingClientRect();
    const strip = this.strip.getBoundingClientRect();
    this.strip.scrollBy({ left: left + width / 2 - strip.left - strip.width / 2 });
  }

  /** Takes in the pictures of a turn that was just asked. */
  collect() {
    const known = new Set(this.thumbs.map((thumb) => thumb.dataset.picture));
    for (const thumb of document.querySelectorAll("#turns .thumb")) {
      if (known.has(thumb.dataset.picture)) continue;
      known.add(thumb.dataset.picture);
      const item = document.createElement("li");
      item.append(thumb.cloneNode(true));
      this.strip.append(item);
      this.show(item.firstChild, false);
    }
    const single = this.thumbs.length < 2;
    this.strip.toggleAttribute("data-single", single);
    for (const button of this.querySelectorAll("[data-step]")) button.hidden = single;
  }
}

function facts(width, height, original, tokens) {
  if (!width) return "";
  const size = `${width} × ${height} px`;
  if (original) return `${size} as uploaded`;
  return tokens ? `${size} as sent, ${count.format(tokens)} tokens` : `${size} as sent`;
}

customElements.define("picture-stage", PictureStage);
