// <frame-chooser>: the pages or frames of a file as small pictures, several of which can be chosen.

import { fragment } from "./fragments.js";
import { count } from "./lib.js";
import { Previews } from "./previews.js";

// How far below what is in sight the next ones are fetched.
const AHEAD = "1200px";

class FrameChooser extends HTMLElement {
  connectedCallback() {
    this.grid = this.querySelector("[data-grid]");
    this.chosen = new Set();
    this.anchor = null;
    this.line = Promise.resolve();
    this.watcher = new IntersectionObserver((seen) => this.onNear(seen), { root: this.grid, rootMargin: AHEAD });
    this.previews = new Previews(this.grid, AHEAD);
    this.grid.addEventListener("click", (event) => this.onClick(event));
    this.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.querySelector("[data-jump]").addEventListener("keydown", (event) => this.onJump(event));
    this.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.querySelector("[data-choice]").addEventListener("submit", (event) => this.onSubmit(event));
    // Pages of one file mostly have one shape; their places have it before they come.
    const shape = Number(this.dataset.width) / Number(this.dataset.height);
    this.grid.style.setProperty("--shape", Math.min(Math.max(shape, 0.6), 1.8));
    this.watch();
  }

  disconnectedCallback() {
    this.watcher.disconnect();
    this.previews.end();
  }

  get choices() {
    return [...this.grid.querySelectorAll(".frame-choice")];
  }

  get more() {
    return this.grid.querySelector("[data-next]");
  }

  watch() {
    if (this.more) this.watcher.observe(this.more);
    this.previews.watch();
    const first = this.choices[0];
    if (first && !this.grid.querySelector("[tabindex='0']")) first.tabIndex = 0;
  }

  onNear(seen) {
    if (seen.some((entry) => entry.isIntersecting)) this.fill(0);
  }

  /** Fetches the next places, as far as one if that is given; one after the other. */
  fill(number) {
    this.line = this.line.then(() => this.fetchNext(number));
    return this.line;
  }

  async fetchNext(number) {
    const { more } = this;
    if (!more || (number && number < Number(more.dataset.next))) return;
    this.watcher.unobserve(more);
    const to = Math.max(number, Number(more.dataset.next));
    try {
      more.replaceWith(await fragment(`${more.dataset.url}?from=${more.dataset.next}&to=${to}`));
      this.watch();
    } catch (failure) {
      more.querySelector("[data-sentence]").textContent = failure.message;
      more.toggleAttribute("data-failed", true);
    }
  }

  onClick(event) {
    const choice = event.target.closest(".frame-choice");
    if (choice) this.toggle(choice, event.shiftKey);
    else if (event.target.closest("[data-next] button")) this.fill(0);
  }

  /** Chooses one or takes it back; with Shift, chooses all from the last one to this. */
  toggle(choice, upToHere) {
    const number = Number(choice.dataset.number);
    if (upToHere && this.anchor !== null) {
      const [low, high] = [Math.min(this.anchor, number), Math.max(this.anchor, number)];
      for (let between = low; between <= high; between += 1) this.chosen.add(between);
    } else if (!this.chosen.delete(number)) {
      this.chosen.add(number);
    }
    this.anchor = number;
    this.rove(choice);
    this.show();
  }

  clear() {
    this.chosen.clear();
    this.anchor = null;
    this.show();
    this.grid.querySelector("[tabindex='0']").focus();
  }

  show() {
    for (const choice of this.choices) {
      choice.setAttribute("aria-pressed", String(this.chosen.has(Number(choice.dataset.number))));
    }
    const most = Number(this.dataset.most);
    const many = this.chosen.size;
    const use = this.querySelector("[data-use]");
    use.disabled = many === 0 || many > most;
    use.textContent = many ? `Use ${this.inWords(many)}` : `Use ${this.dataset.word}s`;
    this.querySelector("[data-clear]").hidden = many === 0;
    this.say(many > most ? `At most ${most} pictures go together.` : numbersInWords([...this.chosen]));
  }

  inWords(many) {
    return `${count.format(many)} ${this.dataset.word}${many === 1 ? "" : "s"}`;
  }

  say(words) {
    this.querySelector("[data-said]").textContent = words;
  }

  /** Makes one place the only one that the Tab key stops at. */
  rove(choice) {
    for (const other of this.grid.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
    choice.tabIndex = 0;
  }

  onKey(event) {
    const choices = this.choices;
    const now = choices.indexOf(event.target);
    if (now < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns };
    const ends = { Home: 0, End: choices.length - 1 };
    const next = choices[ends[event.key] ?? now + (steps[event.key] ?? NaN)];
    if (event.key in steps || event.key in ends) event.preventDefault();
    if (!next) return;
    this.rove(next);
    next.focus();
  }

  get columns() {
    return getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
  }

  async onJump(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const number = event.target.valueAsNumber - 1;
    if (!(number >= 0 && number < Number(this.dataset.count))) {
      this.say(`There are ${this.inWords(Number(this.dataset.count))}.`);
      return;
    }
    await this.fill(number);
    const choice = this.choices[number];
    if (!choice) return;
    choice.scrollIntoView({ block: "center" });
    this.rove(choice);
    choice.focus();
  }

  onSubmit(event) {
    event.preventDefault();
    const { fileName } = this.closest("seen-view").dataset;
    const numbers = [...this.chosen].sort((a, b) => a - b);
    const parts = numbers.map((frame) => ({ frame, name: `${fileName}, ${this.dataset.word} ${frame + 1}` }));
    const detail = { parts, replace: true };
    this.dispatchEvent(new CustomEvent("parts-chosen", { bubbles: true, detail }));
  }
}

/** Returns frame numbers as people count them, runs as one: 1, 3–7. */
function numbersInWords(numbers) {
  const runs = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([low, high]) => (low === high ? `${low + 1}` : `${low + 1}–${high + 1}`)).join(", ");
}

customElements.define("frame-chooser", FrameChooser);
