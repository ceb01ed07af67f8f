// <picture-drop>: takes pictures in from everywhere, sends them, says what they weigh, and holds back the form until they are there.

import { Earlier } from "./earlier.js";
import { linkName } from "./files.js";
import { Intake } from "./intake.js";
import { announce, bytesInWords } from "./lib.js";
import { LinkBox } from "./link.js";
import { Queue } from "./queue.js";
import { Refusals } from "./refusals.js";
import { Splits } from "./splits.js";
import { Tile } from "./tile.js";
import { Totals } from "./totals.js";
import { sendFile, sendWords } from "./upload.js";

class PictureDrop extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.list = this.querySelector("[data-tiles]");
    this.input = this.querySelector("#pictures");
    this.tileOf = new WeakMap();
    this.refusals = new Refusals(this.querySelector("[data-refused]"));
    this.totals = new Totals(this);
    this.splits = new Splits(this);
    this.link = new LinkBox(this.querySelector("[data-link-box]"), (link) => this.addLink(link));
    this.earlier = new Earlier(this.querySelector("[data-earlier]"), this);
    this.queue = new Queue({
      onArrived: (tile, record) => this.arrived(tile, record),
      onFailed: (tile, failure) => this.failed(tile, failure),
      onChange: () => this.changed(),
    });
    for (const element of this.list.querySelectorAll(".tile")) this.adopt(element).describe();
    this.ending = new AbortController();
    this.listen({ signal: this.ending.signal });
    new Intake(this, {
      accept: this.input.accept,
      signal: this.ending.signal,
      onFiles: (files) => this.add(files),
      onLink: (link) => this.addLink(link),
      onNothing: (sentence) => this.refusals.say(sentence),
    });
    this.changed();
  }

  disconnectedCallback() {
    this.ending.abort();
    for (const tile of this.tiles) this.queue.drop(tile);
  }

  listen(options) {
    this.addEventListener("click", (event) => this.onClick(event), options);
    document.addEventListener("picture-add", (event) => this.addReady([event.detail]), options);
    document.addEventListener("parts-wanted", (event) => this.splits.make(event.detail), options);
    for (const moved of ["model-chosen", "htmx:afterSettle", "picture-taken"]) {
      document.addEventListener(moved, () => this.changed(), options);
    }
    this.form.addEventListener("submit", (event) => this.onSubmit(event), { capture: true, ...options });
  }

  get tiles() {
    return [...this.list.querySelectorAll(".tile")].map((element) => this.tileOf.get(element));
  }

  tileWith(id) {
    return this.tiles.find((tile) => tile.record?.id === id);
  }

  get room() {
    return Number(this.dataset.maxImages) - this.tiles.length;
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { way } = button.dataset;
    if (way === "link") this.link.show();
    else if (way === "earlier") this.earlier.show();
    else if (way) this.querySelector(`[data-chooser="${way}"]`).click();
    else if (button.matches("[data-cancel-all]")) this.cancelAll();
    else this.onTile(button, this.tileOf.get(button.closest(".tile")));
  }

  onTile(button, tile) {
    if (!tile) return;
    if (button.matches("[data-remove]")) this.remove(tile);
    else if (button.matches("[data-again]")) this.enqueue(tile);
    else if (button.matches("[data-look]")) this.look(tile, button.matches("[data-choose]"));
    else if (button.matches("[data-split]")) this.splits.offer(tile);
  }

  look(tile, choose) {
    const detail = { id: tile.record.id, model: this.form.elements.model.value, choose };
    document.dispatchEvent(new CustomEvent("picture-look", { detail, bubbles: true }));
  }

  onSubmit(event) {
    const sending = this.tiles.some((tile) => tile.isPending);
    const lacking = this.lacking();
    if (!lacking && !sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.refusals.clear();
    this.link.say("");
    if (lacking) {
      this.refusals.say(lacking);
      this.input.focus();
    } else {
      this.form.setAttribute("data-waiting", "");
      announce("Goes off as soon as everything is uploaded.");
    }
    this.changed();
  }

  /** Says what the person has to do before the form can go off. */
  lacking() {
    if (this.hasFailed) return "A picture did not arrive. Send it again or remove it.";
    return this.hasAttribute("data-required") && !this.tiles.length ? "Add at least one picture." : "";
  }

  get hasFailed() {
    return this.tiles.some((tile) => !tile.isPending && !tile.record);
  }

  add(files) {
    this.refusals.clear();
    const most = Number(this.dataset.maxBytes);
    const fitting = files.filter((file) => {
      if (file.size > most) this.refusals.add(file.name, `is ${bytesInWords(file.size)}; at most ${bytesInWords(most)} can be sent.`);
      return file.size <= most;
    });
    for (const file of this.fitting(fitting, (file) => file.name)) {
      this.begin({
        title: file.name,
        file,
        job: (options) => sendFile(file, { ...this.exchange(), ...options }),
      });
    }
  }

  addLink(link) {
    for (const url of this.fitting([link], linkName)) {
      const job = (options) => sendWords({ url }, { ...this.exchange("/from-url"), ...options });
      this.begin({ title: linkName(url), word: "Fetching", job, link: url });
    }
  }

  /** Adds pictures that the server has already; those that are here stay where they are. */
  addReady(records) {
    this.refusals.clear();
    const others = records.filter(({ id }) => !this.tileWith(id));
    for (const record of this.fitting(others, ({ name }) => name)) this.newTile().arrive(record);
    this.changed();
  }

  /** Returns as many as there is room for, and says which are left out. */
  fitting(things, nameOf) {
    const room = Math.max(0, this.room);
    const [first, ...others] = things.slice(room);
    if (first) {
      const were = others.length ? `and ${others.length} more were` : "was";
      this.refusals.add(nameOf(first), `${were} left out: at most ${this.dataset.maxImages} pictures go together.`);
    }
    return things.slice(0, room);
  }

  exchange(path = "") {
    return { url: `${this.dataset.uploadUrl}${path}`, token: this.form.elements.csrfmiddlewaretoken.value };
  }

  sendPart(id, words, options) {
    return sendWords(words, { ...this.exchange(`/${id}/parts`), ...options });
  }

  /** Adds a tile that is to be sent, at the end or before an element; see Tile for what it takes. */
  begin({ before, link, ...sent }) {
    const tile = this.newTile(before);
    tile.link = link;
    tile.begin(sent);
    this.enqueue(tile);
    return tile;
  }

  newTile(before = this.list.querySelector(".drop-zone")) {
    const element = this.querySelector("template[data-tile]").content.cloneNode(true).querySelector(".tile");
    this.list.insertBefore(element, before);
    return this.adopt(element);
  }

  adopt(element) {
    const { picturesUrl, readable, paged } = this.dataset;
    const tile = new Tile(element, { picturesUrl, readable: Number(readable), paged: paged.split(" ") });
    this.tileOf.set(element, tile);
    return tile;
  }

  enqueue(tile) {
    this.totals.count(tile);
    this.queue.add(tile);
  }

  arrived(tile, record) {
    tile.arrive(record);
    this.splits.settle();
  }

  failed(tile, failure) {
    if (failure.retryable) return tile.fail(failure);
    const whole = this.splits.wholeOf(tile);
    this.remove(tile);
    if (!(tile.link && this.link.refuse(tile.link, failure.message))) {
      const kept = whole ? ` “${whole.name}” stays as it was, without its other parts.` : "";
      this.refusals.add(tile.name, `was not added. ${failure.message}${kept}`);
    }
  }

  remove(tile) {
    this.queue.drop(tile);
    tile.forget();
    this.moveFocus(tile);
    tile.element.remove();
    this.splits.settle();
    this.changed();
  }

  /** Leaves the focus near to where it was when its tile goes. */
  moveFocus({ element }) {
    if (!element.contains(document.activeElement)) return;
    const near = [element.nextElementSibling, element.previousElementSibling];
    const next = near.map((other) => other?.querySelector("[data-remove]")).find(Boolean);
    (next ?? this.input).focus();
  }

  cancelAll() {
    for (const tile of this.tiles.filter(({ isPending }) => isPending)) this.remove(tile);
    this.input.focus();
  }

  /** Notes what is here now; returns what takes away just this, once it was sent. */
  noteSent() {
    const { tiles } = this;
    const { lines } = this.refusals;
    return () => {
      this.splits.forget(tiles);
      for (const tile of tiles) this.remove(tile);
      for (const line of lines) line.remove();
    };
  }

  changed() {
    this.totals.show();
    this.goOn();
  }

  /** Submits the form that waited for the pictures, unless one of them needs the person first. */
  goOn() {
    if (!this.form.hasAttribute("data-waiting") || this.tiles.some((tile) => tile.isPending)) return;
    this.form.removeAttribute("data-waiting");
    this.totals.show();
    if (!this.refusals.any && !this.link.hasError && !this.hasFailed) this.form.requestSubmit();
  }
}

customElements.define("picture-drop", PictureDrop);
