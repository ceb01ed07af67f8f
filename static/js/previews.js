// Small pictures of pages: fetched a few at a time, what is in sight first, and again when the server was only busy.

// The server draws one preview at a time; a second one waits there meanwhile.
const AT_ONCE = 2;
const BUSY = 503;
const PAUSES = [1000, 2000, 4000, 8000, 16000];

export class Previews {
  #waiting = new Set();
  #known = new WeakSet();
  #tries = new WeakMap();
  #running = 0;
  #ending = new AbortController();

  /** Takes what scrolls, and how far from what is in sight of it previews are fetched. */
  constructor(root, margin) {
    this.root = root;
    this.observer = new IntersectionObserver((seen) => this.#onNear(seen), { root, rootMargin: margin });
  }

  /** Takes in the places that have come since: what has a data-src, with an <img> in it. */
  watch() {
    for (const place of this.root.querySelectorAll(".frame-picture[data-src]")) {
      if (this.#known.has(place)) continue;
      this.#known.add(place);
      this.observer.observe(place);
    }
  }

  end() {
    this.observer.disconnect();
    this.#waiting.clear();
    this.#ending.abort();
  }

  #onNear(seen) {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) this.#waiting.add(target);
      else this.#waiting.delete(target);
    }
    this.#next();
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.size) {
      const place = this.#nearest();
      this.#waiting.delete(place);
      this.observer.unobserve(place);
      this.#running += 1;
      this.#load(place).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  /** Returns the place that is least far from what is in sight. */
  #nearest() {
    const { top, bottom } = this.root.getBoundingClientRect();
    const far = (place) => {
      const box = place.getBoundingClientRect();
      return Math.max(0, box.top - bottom, top - box.bottom);
    };
    const places = [...this.#waiting].map((place) => ({ place, far: far(place) }));
    return places.reduce((best, one) => (one.far < best.far ? one : best)).place;
  }

  async #load(place) {
    const { signal } = this.#ending;
    try {
      const response = await fetch(place.dataset.src, { signal });
      if (response.status === BUSY && this.#pause(place)) return;
      if (response.ok) await show(place.querySelector("img"), await response.blob());
      place.toggleAttribute("data-broken", !response.ok);
    } catch (failure) {
      // Nobody looks any more, the connection broke, or what came is no picture.
      if (!(failure instanceof DOMException || failure instanceof TypeError)) throw failure;
      place.toggleAttribute("data-broken", true);
    }
  }

  /** Looks at a place again after a pause, if it is near then; tells whether there is a try left. */
  #pause(place) {
    const tries = this.#tries.get(place) ?? 0;
    if (tries === PAUSES.length) return false;
    this.#tries.set(place, tries + 1);
    setTimeout(() => {
      if (!this.#ending.signal.aborted) this.observer.observe(place);
    }, PAUSES[tries]);
    return true;
  }
}

async function show(image, blob) {
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
