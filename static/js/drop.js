// <picture-drop>: takes pictures from the chooser, a drop anywhere or a paste, uploads them, and holds back the form until they are there.

import { filesOf, hasFiles } from "./files.js";
import { announce, bytesInWords, count, icon, money } from "./lib.js";
import { upload } from "./upload.js";

const AT_ONCE = 3;

class PictureDrop extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.list = this.querySelector("[data-tiles]");
    this.input = this.querySelector("input[type=file]");
    this.refused = this.querySelector("[data-refused]");
    this.queue = [];
    this.running = 0;
    this.ending = new AbortController();
    this.listen({ signal: this.ending.signal });
    this.showSum();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  listen(options) {
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    }, options);
    this.list.addEventListener("click", (event) => this.onClick(event), options);
    document.addEventListener("paste", (event) => this.onPaste(event), options);
    document.addEventListener("dragover", (event) => this.onDrag(event), options);
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) document.body.removeAttribute("data-dragging");
    }, options);
    document.addEventListener("drop", (event) => this.onDrop(event), options);
    document.addEventListener("model-chosen", () => this.showSum(), options);
    this.form.addEventListener("submit", (event) => this.onSubmit(event), { capture: true, ...options });
  }

  onDrag(event) {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    document.body.setAttribute("data-dragging", "");
  }

  async onDrop(event) {
    document.body.removeAttribute("data-dragging");
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    this.add(await filesOf(event.dataTransfer));
  }

  async onPaste(event) {
    if (!hasFiles(event.clipboardData)) return;
    event.preventDefault();
    this.add(await filesOf(event.clipboardData));
  }

  onClick(event) {
    const tile = event.target.closest(".tile");
    if (event.target.closest("[data-remove]")) this.remove(tile);
    else if (event.target.closest("[data-again]")) this.enqueue(tile);
  }

  onSubmit(event) {
    const sending = this.tiles("sending").length > 0;
    const lacking = this.lacking();
    if (!lacking && !sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.refused.replaceChildren();
    if (lacking) {
      this.refuse("", lacking);
      this.input.focus();
    } else {
      this.form.setAttribute("data-waiting", "");
      announce("Goes off as soon as everything is uploaded.");
    }
    this.showSum();
  }

  /** Says what the person has to do before the form can go off. */
  lacking() {
    if (this.tiles("failed").length) return "A picture did not arrive. Send it again or remove it.";
    const any = this.list.querySelector(".tile");
    return this.hasAttribute("data-required") && !any ? "Add at least one picture." : "";
  }

  tiles(state) {
    return [...this.list.querySelectorAll(`.tile[data-state="${state}"]`)];
  }

  add(files) {
    this.refused.replaceChildren();
    const room = Number(this.dataset.maxImages) - this.list.querySelectorAll(".tile").length;
    const most = Number(this.dataset.maxBytes);
    const fitting = files.filter((file) => {
      if (file.size <= most) return true;
      this.refuse(file.name, `is ${bytesInWords(file.size)}; at most ${bytesInWords(most)} can be sent.`);
      return false;
    });
    for (const file of fitting.slice(0, room)) this.enqueue(this.newTile(file));
    for (const file of fitting.slice(room)) {
      this.refuse(file.name, `was left out: at most ${this.dataset.maxImages} pictures go together.`);
    }
  }

  newTile(file) {
    const tile = this.querySelector("template").content.cloneNode(true).querySelector(".tile");
    tile.file = file;
    const image = tile.querySelector("img");
    image.addEventListener("error", () => (image.hidden = true));
    image.src = URL.createObjectURL(file);
    tile.querySelector(".tile-name").textContent = file.name;
    tile.querySelector(".tile-name").title = file.name;
    tile.querySelector("[data-facts]").textContent = bytesInWords(file.size);
    tile.querySelector("[data-remove]").setAttribute("aria-label", `Remove ${file.name}`);
    this.list.insertBefore(tile, this.list.querySelector(".drop-zone"));
    return tile;
  }

  enqueue(tile) {
    tile.dataset.state = "sending";
    tile.querySelector("[data-error]").textContent = "";
    tile.querySelector("[data-again]").hidden = true;
    tile.querySelector("progress").hidden = false;
    this.queue.push(tile);
    this.showSum();
    this.next();
  }

  next() {
    while (this.running < AT_ONCE && this.queue.length) {
      this.running += 1;
      this.send(this.queue.shift()).finally(() => {
        this.running -= 1;
        this.next();
        this.goOn();
      });
    }
  }

  async send(tile) {
    const bar = tile.querySelector("progress");
    tile.aborting = new AbortController();
    try {
      const picture = await upload(tile.file, {
        url: this.dataset.uploadUrl,
        token: this.form.elements.csrfmiddlewaretoken.value,
        onProgress: (share) => (bar.value = share * 100),
        signal: tile.aborting.signal,
      });
      this.arrived(tile, picture);
    } catch (failure) {
      this.failed(tile, failure);
    }
    bar.hidden = true;
    this.showSum();
  }

  arrived(tile, picture) {
    const { width, height, tokens } = picture.prepared;
    tile.dataset.state = "ready";
    tile.dataset.tokens = tokens;
    tile.querySelector("[data-facts]").textContent = bytesInWords(picture.bytes);
    tile.querySelector("[data-note]").textContent = picture.warnings.join(" ");
    tile.querySelector("[data-sent]").textContent = `${width} × ${height} px sent`;
    const field = tile.querySelector("input[name=images]");
    field.value = picture.id;
    field.disabled = false;
    announce(`${tile.file.name} is uploaded.`);
  }

  failed(tile, failure) {
    if (failure.retryable) {
      tile.dataset.state = "failed";
      tile.querySelector("[data-error]").textContent = failure.message;
      tile.querySelector("[data-again]").hidden = false;
      return;
    }
    this.remove(tile);
    this.refuse(tile.file.name, `was not added. ${failure.message}`);
  }

  /** Submits the form that waited for the pictures, unless one of them needs the person first. */
  goOn() {
    if (this.tiles("sending").length || !this.form.hasAttribute("data-waiting")) return;
    this.form.removeAttribute("data-waiting");
    this.showSum();
    if (!this.refused.textContent && !this.tiles("failed").length) this.form.requestSubmit();
  }

  refuse(name, words) {
    const line = document.createElement("p");
    line.append(icon("warning"), name ? `“${name}” ${words}` : words);
    this.refused.append(line);
  }

  remove(tile) {
    tile.aborting?.abort();
    this.queue = this.queue.filter((other) => other !== tile);
    const focused = tile.contains(document.activeElement);
    URL.revokeObjectURL(tile.querySelector("img").src);
    tile.remove();
    if (focused) this.input.focus();
    this.showSum();
    this.goOn();
  }

  clear() {
    for (const tile of this.list.querySelectorAll(".tile")) this.remove(tile);
    this.refused.replaceChildren();
  }

  /** Shows what each picture, and all of them, weigh in tokens and money with the chosen model. */
  showSum() {
    const price = this.form.elements.model?.selectedOptions[0]?.dataset.inputPrice ?? "";
    const ready = this.tiles("ready");
    let tokens = 0;
    for (const tile of ready) {
      tokens += Number(tile.dataset.tokens);
      tile.querySelector("[data-weight]").textContent = inWords(Number(tile.dataset.tokens), price);
    }
    const sum = this.querySelector("[data-sum]");
    if (!sum) return;
    const sending = this.tiles("sending").length;
    const waits = this.form.hasAttribute("data-waiting") ? "Goes off as soon as they are there." : "";
    const words = sending ? `Uploading ${sending}. ${waits}` : `${ready.length} pictures, ${inWords(tokens, price)} to send`;
    sum.textContent = sending || ready.length > 1 ? words : "";
    sum.hidden = !sum.textContent;
  }
}

function inWords(tokens, price) {
  const words = `${count.format(tokens)} tokens`;
  return price === "" ? words : `${words}, ${money((tokens * Number(price)) / 1e6)}`;
}

customElements.define("picture-drop", PictureDrop);
