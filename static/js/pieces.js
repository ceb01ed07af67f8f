// Applies the stream's changes to an answer, at once and only where something changed.

import { parse } from "./lib.js";

// What is added to, inside the last block; items go into the list that the block is.
const PLACES = { rows: "tbody", code: "pre code" };

export class Pieces {
  constructor(answer) {
    this.answer = answer;
    this.nodes = new Map();
    this.tail = null;
  }

  clear() {
    this.answer.replaceChildren();
    this.nodes.clear();
    this.tail = null;
  }

  /** Creates a piece, or replaces it. */
  put({ index, kind, html }) {
    this.tail = null;
    const fresh = nodesOf(kind, html);
    const old = this.nodes.get(index);
    if (old) {
      old[0].before(...fresh);
      for (const node of old) node.remove();
    } else {
      this.place(kind).append(...fresh);
    }
    this.nodes.set(index, fresh);
  }

  /** Adds plain text to the end of a piece's last text that is more than white space. */
  words({ index, text }) {
    if (this.tail?.index !== index) this.tail = { index, node: lastText(this.nodes.get(index)) };
    this.tail.node.appendData(text);
  }

  place(kind) {
    const block = this.answer.lastElementChild;
    if (!block || kind === "block") return this.answer;
    if (kind === "items") return block.lastElementChild;
    return [...block.querySelectorAll(PLACES[kind])].at(-1);
  }
}

function nodesOf(kind, html) {
  if (kind === "block") {
    const block = document.createElement("div");
    block.className = "piece";
    block.innerHTML = html;
    return [block];
  }
  const nodes = [...parse(html).childNodes];
  return nodes.length ? nodes : [document.createTextNode("")];
}

function lastText(nodes) {
  const texts = nodes.flatMap(textsOf);
  const last = texts.findLast((text) => /\S/.test(text.data)) ?? texts.at(-1);
  if (last) return last;
  const text = document.createTextNode("");
  nodes.at(-1).append(text);
  return text;
}

function textsOf(node) {
  return node.nodeType === Node.TEXT_NODE ? [node] : [...node.childNodes].flatMap(textsOf);
}
