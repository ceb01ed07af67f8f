// The dialog of earlier pictures: a grid of buttons that toggle, loaded as one scrolls.

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export class Earlier {
  #chosen = new Map();

  /** Takes the dialog, whose content is a template, and the <picture-drop> that the pictures go to. */
  constructor(dialog, host) {
    this.dialog = dialog;
    this.host = host;
    dialog.addEventListener("click", (event) => this.onClick(event));
    dialog.addEventListener("keydown", (event) => this.onKey(event));
    dialog.addEventListener("close", () => this.#empty());
    dialog.addEventListener("htmx:afterSettle", () => this.#mark());
    for (const failed of ["htmx:responseError", "htmx:sendError"]) {
      dialog.addEventListener(failed, (event) => this.onTrouble(event));
    }
  }

  show() {
    const template = this.host.querySelector("template[data-earlier-content]");
    this.dialog.replaceChildren(template.content.cloneNode(true));
    this.dialog.showModal();
    window.htmx.process(this.dialog);
  }

  get buttons() {
    return [...this.dialog.querySelectorAll("[data-record]")];
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (button?.matches("[data-record]")) this.toggle(button);
    else if (button?.matches("[data-add]")) this.add();
    else if (button?.matches("[data-load-again]")) this.show();
  }

  toggle(button) {
    const record = JSON.parse(button.dataset.record);
    const chosen = !this.#chosen.delete(record.id);
    if (chosen) this.#chosen.set(record.id, record);
    button.setAttribute("aria-pressed", String(chosen));
    this.#count();
  }

  add() {
    const records = [...this.#chosen.values()];
    this.dialog.close();
    this.host.addReady(records);
  }

  /** Arrow keys walk the grid, rows included. */
  onKey(event) {
    const buttons = this.buttons;
    const at = buttons.indexOf(event.target);
    if (at < 0) return;
    const [first] = buttons;
    const columns = buttons.filter((button) => button.offsetTop === first.offsetTop).length;
    const step = STEPS[event.key] ?? { ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!step) return;
    event.preventDefault();
    buttons[at + step]?.focus();
  }

  onTrouble(event) {
    // The page's own message would be below the dialog.
    event.stopPropagation();
    this.dialog.querySelector("[data-trouble]").hidden = false;
  }

  /** Takes pictures that are in the form already out of the choice. */
  #mark() {
    for (const button of this.buttons) {
      const { id } = JSON.parse(button.dataset.record);
      button.disabled = this.host.tileWith(id) !== undefined;
      button.setAttribute("aria-pressed", String(this.#chosen.has(id)));
    }
  }

  #count() {
    const { size } = this.#chosen;
    const add = this.dialog.querySelector("[data-add]");
    add.disabled = size === 0;
    add.textContent = size ? `Add ${size} picture${size > 1 ? "s" : ""}` : "Add";
  }

  /** Without its words the closed dialog names no control of the page. */
  #empty() {
    this.#chosen.clear();
    this.dialog.replaceChildren();
  }
}
