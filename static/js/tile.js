// One picture of the form: its bar while it is sent, then what the chosen model is sent of it.

import { sentSize, visualTokens } from "./budget.js";
import { cut, isStrip } from "./cutting.js";
import { bytesInWords, count, icon, money } from "./lib.js";

const KINDS = { HEIF: "HEIC", JPEG2000: "JPEG 2000", WEBP: "WebP" };

/** Warnings that the line about pages says better. */
const OF_FRAMES = ["image.animated", "image.pages"];

/** How many there were on this page: each needs an id of its own. */
let made = 0;

export class Tile {
  /** Takes a list item, and what the page says: `picturesUrl`, `readable` (pixels of text), `paged` (formats). */
  constructor(element, rules) {
    Object.assign(this, { element, rules });
    this.image = this.part("image");
    this.tieControls();
    this.image.addEventListener("load", () => this.showImage(true));
    this.image.addEventListener("error", () => this.showImage(false));
    this.record = JSON.parse(element.dataset.record || "null");
  }

  part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  get name() {
    return this.record?.name ?? this.title;
  }

  get isPending() {
    return !["ready", "failed"].includes(this.element.dataset.state);
  }

  /** Makes it one that is to be sent; `job` takes a signal, onProgress and onSent and resolves to the record. */
  begin({ title, job, word = "Sending", file = null }) {
    Object.assign(this, { title, job, word });
    this.element.dataset.state = "waiting";
    this.rename();
    this.part("facts").textContent = file ? bytesInWords(file.size) : "";
    this.part("kind").textContent = file ? ending(title) : "";
    if (!file?.type.startsWith("image/")) return;
    this.local = URL.createObjectURL(file);
    this.image.src = this.local;
  }

  /** Controls are called by what they do; which picture they belong to is their description. */
  tieControls() {
    made += 1;
    // The name that is shown is cut in two, which would be read with a gap.
    this.image.id = `tile-image-${made}`;
    for (const part of ["remove", "picture", "bar"]) this.part(part).setAttribute("aria-describedby", this.image.id);
  }

  rename() {
    const shown = this.part("name");
    shown.title = this.name;
    this.image.alt = this.name;
    shown.replaceChildren(...inTwo(this.name));
    this.part("remove").setAttribute("aria-label", this.isPending ? "Cancel" : "Remove");
  }

  showImage(loaded) {
    this.image.hidden = !loaded;
    if (this.image.src !== this.local) this.forget();
  }

  /** Lets go of the file that was shown until the server's own small picture was there. */
  forget() {
    URL.revokeObjectURL(this.local);
  }

  enter(state, word) {
    this.element.dataset.state = state;
    this.part("sent").textContent = word;
    this.part("error").textContent = "";
    this.part("again").hidden = true;
  }

  wait() {
    this.enter("waiting", "Waiting");
    this.part("bar").value = 0;
    this.rename();
  }

  pause({ isLost }) {
    this.enter("waiting", isLost ? "Connection lost, trying again" : "Busy, trying again");
    this.part("bar").value = 0;
  }

  send(signal) {
    this.enter("sending", this.word);
    return this.job({
      signal,
      onProgress: (share) => (this.part("bar").value = share * 100),
      onSent: () => this.process(),
    });
  }

  /** From here on nobody knows how far it is: the bar only moves. */
  process() {
    this.enter("processing", this.word === "Sending" ? "Processing" : this.word);
    this.part("bar").removeAttribute("value");
  }

  fail({ message }) {
    this.enter("failed", "");
    this.part("error").textContent = message;
    this.part("again").hidden = false;
    this.rename();
  }

  arrive(record) {
    this.record = record;
    this.enter("ready", "");
    this.image.src = `${this.rules.picturesUrl}${record.id}/thumbnail/`;
    const field = this.part("id");
    field.value = record.id;
    field.disabled = false;
    this.describe();
  }

  /** Says what stays the same whichever model is chosen. */
  describe() {
    const { format, bytes, box, frame, frames } = this.record;
    const kind = KINDS[format] ?? format;
    this.rename();
    this.part("picture").disabled = false;
    this.part("kind").textContent = kind;
    this.part("facts").textContent = box ? kind : `${kind} · ${bytesInWords(bytes)}`;
    if (frames < 2 || box) return;
    const word = this.rules.paged.includes(format) ? "page" : "frame";
    this.part("frames").hidden = false;
    this.part("frame").textContent = `${word[0].toUpperCase()}${word.slice(1)} ${frame + 1} of ${count.format(frames)}`;
    this.part("choose").textContent = `Choose ${word}s`;
  }

  /** Works out what a model of this tier is sent, and returns its tokens; `tierWith` is the tier with more pictures. */
  weigh(tier, tierWith) {
    const { width, height, prepared } = this.record;
    const [across, down] = prepared?.tier === tier ? [prepared.width, prepared.height] : sentSize(width, height, tier);
    const text = prepared?.text_height ? (prepared.text_height * across) / prepared.width : Infinity;
    const isSmall = text < this.rules.readable;
    const parts = isSmall || isStrip(width, height) ? this.parts(tier, tierWith) : [];
    this.weight = { across, down, tokens: visualTokens(across, down), text, isSmall, parts };
    return this.weight.tokens;
  }

  /** Returns the boxes to split into; so many may themselves make every picture be sent smaller. */
  parts(tier, tierWith) {
    const { width, height } = this.record;
    const boxes = cut(width, height, tier);
    const after = tierWith(boxes.length - 1);
    return after === tier ? boxes : cut(width, height, after);
  }

  /** Shows what was worked out; `price` is for a million tokens, `share` of the whole question from 0 to 1. */
  tell(price, share) {
    const { width, height } = this.record;
    const { across, down, tokens, parts } = this.weight;
    const sent = `${inPixels(across, down)}\u00a0px sent`;
    const isWhole = across === width && down === height;
    this.part("sent").textContent = isWhole ? sent : `${inPixels(width, height)} → ${sent}`;
    this.part("weight").textContent = [inWords(tokens, price, " · "), ...percent(price, share)].join(" · ");
    this.part("notes").replaceChildren(...this.notes().map(([sign, words]) => note(sign, words)));
    this.offer(parts.length);
  }

  /** Offers to split it into so many parts. */
  offer(parts) {
    const split = this.part("split");
    split.hidden = parts === 0;
    split.textContent = this.isSplitting ? "Splitting" : `Split into ${parts} readable parts`;
    split.setAttribute("aria-disabled", String(Boolean(this.isSplitting)));
  }

  notes() {
    const { warnings, warning_codes: codes, width } = this.record;
    const { across, text, isSmall } = this.weight;
    const notes = codes.map((code, at) => [code, warnings[at]]).filter(([code]) => !OF_FRAMES.includes(code));
    const said = notes.map(([, words]) => ["info", words]);
    if (across > width) said.push(["info", `Very small, so sent at ${across / width} times its size.`]);
    if (isSmall) said.push(["warning", `Smallest text about ${Math.round(text)} px high: too small to be sure of.`]);
    return said;
  }
}

/** Returns tokens, and what they cost at a price for a million. */
export function inWords(tokens, price, between = ", ") {
  const words = `${count.format(tokens)} tokens`;
  return price === "" ? words : `${words}${between}${money((tokens * Number(price)) / 1e6)}`;
}

/** Returns a size that no line breaks. */
function inPixels(width, height) {
  return `${width}\u00a0×\u00a0${height}`;
}

function percent(price, share) {
  if (share === 1 || !Number(price)) return [];
  return [share < 0.01 ? "under 1\u00a0%" : `${Math.round(share * 100)}\u00a0%`];
}

/** Cuts a name in two, so that its end (", part 2", ".png") is seen however long it is. */
function inTwo(name) {
  const at = Math.max(name.lastIndexOf(","), name.lastIndexOf("."), name.length - 12);
  return [name.slice(0, at), name.slice(at)].map((text) => Object.assign(document.createElement("span"), { textContent: text }));
}

function note(sign, words) {
  const line = document.createElement("li");
  line.dataset.sign = sign;
  line.append(icon(sign), words);
  return line;
}

function ending(name) {
  const last = name.split(".").at(-1);
  return last.length <= 4 && last !== name ? last.toUpperCase() : "";
}
