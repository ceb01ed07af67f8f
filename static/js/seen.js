// <picture-seen>: the dialog that shows what a model is sent of a picture; opened by "picture-look" with {id, model, choose}.

import "./crop.js";
import { fragment } from "./fragments.js";
import "./frames.js";
import "./preview.js";

const NO_ID = "00000000-0000-0000-0000-000000000000";

class PictureSeen extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector("[data-body]");
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("picture-look", (event) => this.look(event.detail), { signal });
    this.dialog.addEventListener("close", () => this.leave());
    this.dialog.addEventListener("cancel", (event) => this.onCancel(event));
    this.dialog.addEventListener("keydown", (event) => event.key === "Escape" && this.onCancel(event));
    this.dialog.addEventListener("pointerdown", (event) => this.onOutside(event));
    this.dialog.addEventListener("crop-settled", () => this.say(this.view.partInWords));
    this.dialog.addEventListener("parts-chosen", (event) => this.onChosen(event.detail));
    this.body.addEventListener("click", (event) => event.target.closest("[data-again]") && this.load());
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get view() {
    return this.body.querySelector("seen-view");
  }

  /** Opens on a picture as a model is sent it, or, to `choose` from, on the pages of its file. */
  look({ id, model = "", choose = false }) {
    this.asked = { id, model, choose };
    if (!this.dialog.open) this.dialog.showModal();
    this.load();
  }

  async load() {
    this.loading?.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    const { id, model } = this.asked;
    this.show(this.copyOf("preparing"));
    try {
      const url = `${this.dataset.url.replace(NO_ID, id)}?model=${encodeURIComponent(model)}`;
      const seen = await fragment(url, { signal });
      if (!signal.aborted) this.arrived(seen);
    } catch (failure) {
      if (!signal.aborted) this.failed(failure);
    }
  }

  arrived(seen) {
    this.show(seen);
    this.querySelector("[data-name]").textContent = this.view.dataset.name;
    this.say(this.view.summary);
    if (this.asked.choose) this.view.showFrames();
  }

  failed(failure) {
    const notice = this.copyOf("failed");
    notice.querySelector("[data-sentence]").textContent = failure.message;
    this.show(notice);
  }

  /** Puts content into the body; a focus that was in what it replaces stays in the dialog. */
  show(content) {
    const focused = this.body.contains(document.activeElement);
    this.body.replaceChildren(content);
    if (focused) this.dialog.querySelector("[data-closes]").focus();
  }

  copyOf(name) {
    return this.querySelector(`template[data-${name}]`).content.cloneNode(true);
  }

  say(words) {
    this.querySelector("[data-aloud]").textContent = words;
  }

  /** Escape first leaves what one is in the middle of. */
  onCancel(event) {
    if (!this.view?.cancel()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  onOutside(event) {
    if (event.target !== this.dialog) return;
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < left || x > right || y < top || y > bottom) this.dialog.close();
  }

  /** Asks the composer for parts of this picture, and shows it again. */
  onChosen({ parts, replace }) {
    const detail = { id: this.asked.id, parts, replace };
    this.dialog.close();
    document.dispatchEvent(new CustomEvent("parts-wanted", { detail }));
  }

  leave() {
    this.loading?.abort();
    this.body.replaceChildren();
    this.querySelector("[data-name]").textContent = "";
    this.say("");
  }
}

customElements.define("picture-seen", PictureSeen);
