// The box for a link to a picture: opened by its button, with what went wrong beside it.

export class LinkBox {
  /** Calls onLink with what was typed or pasted. */
  constructor(box, onLink) {
    this.box = box;
    this.onLink = onLink;
    this.field = box.querySelector("input");
    this.error = box.querySelector("[data-link-error]");
    box.addEventListener("keydown", (event) => this.onKey(event));
    box.addEventListener("click", (event) => {
      if (event.target.closest("[data-fetch]")) this.fetch();
      else if (event.target.closest("[data-link-close]")) this.close();
    });
    this.field.addEventListener("input", () => this.say(""));
  }

  get hasError() {
    return this.error.textContent !== "";
  }

  onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.field) this.fetch();
    else return;
    event.preventDefault();
  }

  show() {
    if (this.box.hidden) this.opener = document.activeElement;
    this.box.hidden = false;
    this.field.focus();
  }

  close() {
    this.box.hidden = true;
    this.say("");
    this.opener?.focus();
  }

  fetch() {
    const link = this.field.value.trim();
    this.field.value = "";
    this.say(link ? "" : "Paste the address of a picture first.");
    this.field.focus();
    if (link) this.onLink(link);
  }

  /** Gives a link back with what is wrong with it; false if another is being typed already. */
  refuse(link, sentence) {
    if (this.field.value.trim()) return false;
    this.box.hidden = false;
    this.field.value = link;
    this.say(sentence);
    return true;
  }

  say(sentence) {
    this.error.textContent = sentence;
    this.field.toggleAttribute("aria-invalid", sentence !== "");
  }
}
