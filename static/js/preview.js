// <seen-view>: one picture as a model is sent it: facts, zoom, its pages, a part to cut out, parts to split it into.

import { sentSize, visualTokens } from "./budget.js";
import { count, isTyping, money } from "./lib.js";
import { Zoom } from "./zoom.js";

const PAN = 64;
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

class SeenView extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector("[data-canvas]");
    this.crop = this.querySelector("picture-crop");
    this.form = this.querySelector("[data-panel=crop]");
    const level = this.querySelector("[data-level]");
    this.zoom = new Zoom(this.canvas, { onChange: (words) => (level.textContent = words) });
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("crop-change", () => this.showCrop());
    this.form.addEventListener("change", () => this.onFields());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.showGrid();
    this.showPrice();
    this.showMany();
  }

  /** What is told when it has come. */
  get summary() {
    const { width, height } = this.querySelector(".seen-sheet").dataset;
    return `${this.dataset.name} goes off with ${width} by ${height} pixels.`;
  }

  /** What is told of a part that was moved or stretched. */
  get partInWords() {
    const [left, top, right, bottom] = this.crop.box.map((side) => count.format(side));
    return `From ${left}, ${top} to ${right}, ${bottom}.`;
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.zoom) this.zoomBy(button.dataset.zoom);
    else if (button.matches("[data-cut]")) this.startCrop();
    else if (button.matches("[data-cancel]")) this.cancel();
    else if (button.matches("[data-split]")) this.split();
    else if (button.matches("[role=tab]")) this.turnTo(button);
  }

  zoomBy(way) {
    const step = { in: 1.5, out: 1 / 1.5 }[way];
    if (step) this.zoom.by(step);
    else if (way === "pixels") this.zoom.toPixels();
    else this.zoom.reset();
  }

  onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.target.matches("[role=tab]")) return this.onTabKey(event);
    if (this.querySelector("#seen-picture").hidden) return;
    const way = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "pixels" }[event.key];
    const arrow = event.target === this.canvas && ARROWS[event.key];
    if (way) this.zoomBy(way);
    else if (arrow) this.zoom.pan(arrow[0] * PAN, arrow[1] * PAN);
    else return;
    event.preventDefault();
  }

  get tabs() {
    return [...this.querySelectorAll("[role=tab]")];
  }

  onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = this.tabs;
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    this.turnTo(next);
    event.preventDefault();
  }

  turnTo(tab) {
    this.cancel();
    for (const one of this.tabs) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      this.querySelector(`#${one.getAttribute("aria-controls")}`).hidden = !chosen;
    }
  }

  showFrames() {
    const tab = this.querySelector("#seen-tab-frames");
    if (tab) this.turnTo(tab);
  }

  startCrop() {
    this.turnPanel("crop");
    this.zoom.reset();
    this.crop.start();
  }

  /** Leaves the cutting; tells whether there was any to leave. */
  cancel() {
    if (this.crop.hidden) return false;
    this.crop.end();
    this.turnPanel("facts");
    this.querySelector("[data-cut]").focus();
    return true;
  }

  turnPanel(name) {
    this.toggleAttribute("data-cutting", name === "crop");
    for (const panel of this.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  }

  onFields() {
    const [left, top, width, height] = ["left", "top", "width", "height"].map((side) => this.field(side).valueAsNumber);
    if ([left, top, width, height].some(Number.isNaN)) this.showCrop();
    else this.crop.choose([left, top, left + width, top + height]);
  }

  field(side) {
    return this.form.querySelector(`[data-side=${side}]`);
  }

  /** Says where the part is, and what of it a model would be sent. */
  showCrop() {
    const [left, top, right, bottom] = this.crop.box;
    const [width, height] = [right - left, bottom - top];
    for (const [side, value] of Object.entries({ left, top, width, height })) this.field(side).value = value;
    const [sentWidth, sentHeight] = sentSize(width, height, this.dataset.tier);
    const scale = sentWidth / width;
    const tokens = visualTokens(sentWidth, sentHeight);
    this.fill("crop-size", pixels([sentWidth, sentHeight]));
    this.fill("crop-scale", scaleInWords(scale));
    this.fill("crop-tokens", count.format(tokens));
    this.fill("crop-price", this.price(tokens));
    this.showText(scale);
  }

  /** Says how high the picture's text gets in the part, as far as any was found. */
  showText(scale) {
    const found = this.dataset.textHeight;
    this.querySelector("[data-crop-text]").hidden = !found;
    if (!found) return;
    const inOriginal = (Number(found) * Number(this.dataset.width)) / Number(this.dataset.sentWidth);
    const height = inOriginal * scale;
    const good = height >= Number(this.dataset.readable);
    this.fill("crop-height", `about ${Math.round(height)} px high`);
    this.querySelector("[data-crop-good]").hidden = !good;
    this.querySelector("[data-crop-poor]").hidden = good;
  }

  fill(name, words) {
    this.querySelector(`[data-${name}]`).textContent = words;
  }

  onSubmit(event) {
    event.preventDefault();
    this.choose([{ box: this.crop.box, name: this.dataset.partName }], false);
  }

  split() {
    const name = this.dataset.partName;
    const parts = [...this.querySelectorAll("[data-grid] rect")].map((rect, index) => ({
      box: boxOf(rect),
      name: `${name} ${index + 1}`,
    }));
    this.choose(parts, true);
  }

  choose(parts, replace) {
    const detail = { parts, replace };
    this.dispatchEvent(new CustomEvent("parts-chosen", { bubbles: true, detail }));
  }

  /** Draws the parts over the picture as long as the button that makes them is looked at. */
  showGrid() {
    const button = this.querySelector("[data-split]");
    if (!button) return;
    const show = (shown) => this.toggleAttribute("data-grid-shown", shown);
    for (const name of ["pointerenter", "focus"]) button.addEventListener(name, () => show(true));
    for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => show(button.matches(":hover, :focus-visible")));
  }

  showPrice() {
    const tokens = Number(this.dataset.tokens);
    const price = this.price(tokens);
    this.fill("price", price && `${price} with ${this.dataset.model}`);
    this.fill("share", share(this.dataset.id, tokens));
    const split = this.querySelector("[data-split-price]");
    const together = split && this.price(Number(split.dataset.tokens));
    if (together) split.textContent = `, ${together}`;
    if (split) this.querySelector("[data-place]").hidden = !isAsked(this.dataset.id);
  }

  /** Says what is sent instead in a question with so many pictures that no model sees them all this large. */
  showMany() {
    const { tier, width, height, sentWidth } = this.dataset;
    const going = document.querySelector("picture-drop").totals.tier();
    const size = sentSize(Number(width), Number(height), going);
    if (tier !== "high" || going !== "many" || size[0] >= Number(sentWidth)) return;
    this.fill("many-size", `${pixels(size)}, ${count.format(visualTokens(...size))} tokens`);
    this.querySelector("[data-many]").hidden = false;
  }

  price(tokens) {
    const perMillion = this.dataset.inputPrice;
    return perMillion === "" ? "" : money((tokens * Number(perMillion)) / 1e6);
  }
}

function pixels([width, height]) {
  return `${count.format(width)} × ${count.format(height)} px`;
}

function boxOf(rect) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
  return [x, y, x + width, y + height];
}

function scaleInWords(scale) {
  if (scale > 1) return `enlarged ${scale} times`;
  return scale === 1 ? "unshrunk" : `at ${Math.round(scale * 100)} %`;
}

/** Says what part of all pictures' tokens in the composer is this one's; nothing if it is the only one. */
function share(id, tokens) {
  const others = document.querySelector("picture-drop").tiles.filter((tile) => tile.record && tile.record.id !== id);
  const all = others.reduce((sum, tile) => sum + tile.weight.tokens, tokens);
  if (!others.length || !isAsked(id)) return "";
  return `${Math.round((100 * tokens) / all)} % of all ${others.length + 1} pictures`;
}

/** Tells whether a picture is one of those that are about to be asked about. */
function isAsked(id) {
  return document.querySelector("picture-drop").tileWith(id) !== undefined;
}

customElements.define("seen-view", SeenView);
