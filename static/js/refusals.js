// What was not added and why, one line each, beside the pictures.

import { icon } from "./lib.js";

export class Refusals {
  constructor(box) {
    this.box = box;
  }

  get any() {
    return this.box.childElementCount > 0;
  }

  /** Names a picture and says what became of it. */
  add(name, words) {
    this.say(`“${name}” ${words}`);
  }

  say(sentence) {
    const line = document.createElement("p");
    const text = document.createElement("span");
    text.textContent = sentence;
    line.append(icon("warning"), text);
    this.box.append(line);
  }

  get lines() {
    return [...this.box.children];
  }

  clear() {
    this.box.replaceChildren();
  }
}
