// Where pictures come in: the choosers, a drop anywhere on the page, a paste.

import { filesOf, hasFiles, linkIn, picturesIn, taker } from "./files.js";
import { isTyping } from "./lib.js";

export class Intake {
  /** Takes the <picture-drop>; calls onFiles(files), onLink(link) and onNothing(sentence) until the signal. */
  constructor(host, { accept, signal, onFiles, onLink, onNothing }) {
    Object.assign(this, { onFiles, onLink, onNothing, isTaken: taker(accept) });
    host.addEventListener("change", (event) => this.onChosen(event), { signal });
    document.addEventListener("paste", (event) => this.onPaste(event), { signal });
    document.addEventListener("dragover", onDrag, { signal });
    document.addEventListener("dragleave", onLeave, { signal });
    document.addEventListener("drop", (event) => this.onDrop(event), { signal });
  }

  onChosen({ target }) {
    if (target.type !== "file") return;
    const files = target.webkitdirectory ? picturesIn(target.files, this.isTaken) : [...target.files];
    target.value = "";
    this.give(files);
  }

  async onDrop(event) {
    document.body.removeAttribute("data-dragging");
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    await this.read(event.dataTransfer);
  }

  async onPaste(event) {
    const text = event.clipboardData.getData("text/plain");
    // Cells of a spreadsheet come as text and as a picture: into a text box the text is meant.
    if (text && isTyping(event.target) && event.target.type !== "file") return;
    const link = linkIn(text);
    const files = hasFiles(event.clipboardData);
    if (!files && !link) return;
    event.preventDefault();
    if (files) await this.read(event.clipboardData);
    else this.onLink(link);
  }

  async read(transfer) {
    try {
      this.give(await filesOf(transfer, this.isTaken));
    } catch (failure) {
      // A folder that cannot be opened, or a file that went meanwhile.
      if (!(failure instanceof DOMException)) throw failure;
      this.onNothing("This could not be read. Choose the pictures instead.");
    }
  }

  give(files) {
    if (files.length) this.onFiles(files);
    else this.onNothing("There are no pictures in this folder.");
  }
}

function onDrag(event) {
  if (!hasFiles(event.dataTransfer)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  document.body.setAttribute("data-dragging", "");
}

function onLeave(event) {
  if (!event.relatedTarget) document.body.removeAttribute("data-dragging");
}
