// Parts of a picture in its place: made by the server, and undone as long as the form is not sent.

export class Splits {
  #making = [];
  #made = [];

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
    if (replaces && whole.isSplitting) return;
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

  /** Returns the whole that a part is still to replace together with others. */
  wholeOf(part) {
    return this.#making.find(({ tiles }) => tiles.includes(part))?.whole;
  }

  /** Puts parts in the place of their whole once all are there; if one of them went, the others go too. */
  settle() {
    const here = new Set(this.host.tiles);
    const goesOn = ({ whole, tiles }) => [whole, ...tiles].every((tile) => here.has(tile)) && !tiles.every((tile) => tile.record);
    const ended = this.#making.filter((split) => !goesOn(split));
    this.#making = this.#making.filter(goesOn);
    for (const split of ended) this.#end(split, here);
  }

  #end(split, here) {
    split.whole.isSplitting = false;
    if (!here.has(split.whole)) return;
    const left = split.tiles.filter((tile) => here.has(tile));
    if (left.length === split.tiles.length) this.#replace(split);
    else for (const tile of left) this.host.remove(tile);
  }

  #replace(split) {
    const line = document.createElement("p");
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "text-button", textContent: "Undo" });
    line.append(`${split.words(split.whole.name)} · `, undo);
    undo.addEventListener("click", () => this.#undo(split, line));
    this.box.append(line);
    this.#made.push({ ...split, line });
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

  /** Offers no way back to pictures that were sent, and replaces none of them any more. */
  forget(sent) {
    const isSent = ({ whole, tiles }) => sent.includes(whole) || tiles.every((tile) => sent.includes(tile) || !tile.element.isConnected);
    for (const { line } of this.#made.filter(isSent)) line.remove();
    this.#made = this.#made.filter((split) => !isSent(split));
    this.#making = this.#making.filter(({ whole }) => !sent.includes(whole));
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
