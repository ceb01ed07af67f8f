// The lines below the pictures: how many are uploaded, what all weigh, and what many of them mean.

import { announce } from "./lib.js";
import { inWords } from "./tile.js";

/** Past so many images in a request no model is sent one of over 2,000 pixels a side. */
const MANY = 20;

export class Totals {
  #batch = new Set();

  /** Takes the <picture-drop> whose tiles are told and added up. */
  constructor(host) {
    this.host = host;
    this.progress = host.querySelector("[data-progress]");
    this.uploaded = host.querySelector("[data-uploaded]");
    this.sum = host.querySelector("[data-sum]");
    this.many = host.querySelector("[data-many]");
  }

  /** Counts a tile among those that are on their way together. */
  count(tile) {
    this.#batch.add(tile);
  }

  get option() {
    return this.host.form.elements.model?.selectedOptions[0]?.dataset ?? { tier: "high", inputPrice: "" };
  }

  /** Returns what a picture is fitted to, with the chosen model and so many more pictures. */
  tier(more = 0) {
    return this.option.tier === "high" && this.going + more > MANY ? "many" : this.option.tier;
  }

  /** How many pictures go along with the question, the thread's own included. */
  get going() {
    return this.host.tiles.length + document.querySelectorAll("#turns .thumb:not([data-taken-out])").length;
  }

  show() {
    const ready = this.host.tiles.filter((tile) => tile.record);
    const price = this.option.inputPrice;
    const tier = this.tier();
    const weights = ready.map((tile) => tile.weigh(tier, (more) => this.tier(more)));
    const tokens = weights.reduce((all, one) => all + one, 0);
    const pending = this.host.tiles.some((tile) => tile.isPending);
    // A share of what is not yet known would change with every picture that arrives.
    for (const [at, tile] of ready.entries()) tile.tell(price, pending ? 1 : weights[at] / tokens);
    this.many.hidden = tier !== "many";
    this.showProgress();
    this.sum.textContent = !pending && ready.length > 1 ? `${ready.length} pictures, ${inWords(tokens, price)} to send` : "";
    this.sum.hidden = !this.sum.textContent;
  }

  showProgress() {
    const tiles = this.host.tiles;
    const batch = tiles.filter((tile) => this.#batch.has(tile));
    const words = `${batch.filter((tile) => tile.record).length} of ${batch.length} uploaded`;
    const waits = this.host.form.hasAttribute("data-waiting");
    const pending = batch.filter((tile) => tile.isPending).length;
    this.progress.hidden = !pending || (batch.length < 2 && !waits);
    if (!this.progress.hidden) this.uploaded.textContent = waits ? `${words}. Goes off as soon as all are there.` : words;
    if (pending || !this.#batch.size) return;
    this.#batch.clear();
    if (batch.length) announce(`${words}.`);
  }
}
