// Parts of a picture in its place: made by the server, and undone as long as the form is not sent.

export class Splits {
  #making = [];

  /** Takes the <picture-drop> whose tiles are split. */
  constructor(host) {
    this.host = host;
    this.box = host.querySelector("[data-splits]");
  }

  /** Asks for the parts that a tile offers, as anybody on the page may. */
  offer(tile) {
    if (tile.isSplitting) return;
    const { id, name } = tile.record;
    const parts = tile.weight.parts.map((box, at) => ({ box, name: `${name}, part ${at + 1}` }));
    const detail = { id, parts, replace: true };
    document.dispatchEvent(new CustomEvent("parts-wanted", { detail, bubbles: true }));
  }

  /** Makes a picture of each part; with `replace` the whole goes once all are there. */
  make({ id, parts, replace }) {
    const { host } = this;
    const whole = host.tileWith(id);
    const replaces = Boolean(replace && whole);
    host.refusals.clear();
    if (parts.length > host.room + Number(replaces)) {
      host.refusals.say(`${parts.length} more are too many: at most ${host.dataset.maxImages} pictures go together.`);
      return;
    }
    if (replaces) whole.isSplitting = true;
    const before = whole?.element.nextElementSibling;
    const tiles = parts.map((part) => {
      const words = { frame: part.frame, box: part.box, name: part.name };
      const job = (options) => host.sendPart(id, words, options);
      return host.begin({ title: part.name ?? titleOf(whole, part), word: "Preparing", job, before });
    });
    if (replaces) this.#making.push({ whole, tiles, words: wordsFor(parts) });
  }

  /** Puts parts in the place of their whole once all are there; keeps the whole if one of them went. */
  settle() {
    const here = new Set(this.host.tiles);
    this.#making = this.#making.filter((split) => {
      const all = split.tiles.every((tile) => here.has(tile)) && here.has(split.whole);
      if (all && split.tiles.every((tile) => tile.record)) this.#replace(split);
      else if (all) return true;
      split.whole.isSplitting = false;
      return false;
    });
  }

  #replace(split) {
    const line = document.createElement("p");
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "text-button", textContent: "Undo" });
    line.append(`${split.words(split.whole.name)} · `, undo);
    undo.addEventListener("click", () => this.#undo(split, line));
    this.box.append(line);
    if (split.whole.element.contains(document.activeElement)) undo.focus();
    split.whole.element.remove();
  }

  #undo({ whole, tiles }, line) {
    const { host } = this;
    const left = tiles.filter((tile) => tile.element.isConnected);
    host.list.insertBefore(whole.element, left[0]?.element ?? host.list.querySelector(".drop-zone"));
    for (const tile of left) host.remove(tile);
    line.remove();
    whole.part("remove").focus();
  }

  clear() {
    this.#making = [];
    this.box.replaceChildren();
  }
}

function titleOf(whole, { frame, box }) {
  const name = whole?.name ?? "Picture";
  if (box) return `${name}, part`;
  return frame === undefined ? name : `${name}, ${frame + 1}`;
}

function wordsFor(parts) {
  const many = parts.length > 1 ? "s" : "";
  if (parts[0].box) return (name) => `Split “${name}” into ${parts.length} part${many}`;
  return (name) => `“${name}” is now ${parts.length} picture${many}`;
}
