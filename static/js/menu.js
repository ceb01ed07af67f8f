// <menu-button>: a button and the list of links or buttons that it shows.

class MenuButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button[aria-expanded]");
    this.list = this.querySelector(".menu-list");
    this.button.addEventListener("click", () => this.show(this.list.hidden));
    this.list.addEventListener("click", (event) => {
      if (!event.target.closest("a, button")) return;
      // A dialog that opens now gives the focus back here, and not to an entry that is hidden.
      this.button.focus();
      this.show(false);
    });
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.show(false);
    });
    this.away = (event) => {
      if (!this.contains(event.target)) this.show(false);
    };
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.away);
  }

  show(open) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) document.addEventListener("pointerdown", this.away);
    else document.removeEventListener("pointerdown", this.away);
  }

  onKey(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      this.show(false);
      this.button.focus();
      event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (this.list.hidden) this.show(true);
    const items = [...this.list.querySelectorAll("a, button")];
    const now = items.indexOf(document.activeElement);
    items.at(now < 0 && step < 0 ? -1 : (now + step + items.length) % items.length).focus();
  }
}

customElements.define("menu-button", MenuButton);
