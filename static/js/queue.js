// Sends tiles a few at a time, and again by itself when the server was only busy or out of reach.

const AT_ONCE = 3;
const PAUSES = [1000, 3000, 8000];

export class Queue {
  #waiting = [];
  #running = 0;
  #ending = new WeakMap();

  /** Calls onArrived(tile, record), onFailed(tile, failure), and onChange() whenever something moved. */
  constructor({ onArrived, onFailed, onChange }) {
    Object.assign(this, { onArrived, onFailed, onChange });
  }

  /** Takes a tile in line; its `send` is called with a signal and with what is to be told. */
  add(tile) {
    tile.tries = 0;
    this.#ending.set(tile, new AbortController());
    this.#enter(tile);
  }

  /** Stops what is going on with a tile; nothing is called for it any more. */
  drop(tile) {
    this.#ending.get(tile)?.abort();
    this.#waiting = this.#waiting.filter((other) => other !== tile);
  }

  #enter(tile) {
    tile.wait();
    this.#waiting.push(tile);
    this.#next();
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length) {
      this.#running += 1;
      this.#send(this.#waiting.shift()).finally(() => {
        this.#running -= 1;
        this.#next();
        this.onChange();
      });
    }
    this.onChange();
  }

  async #send(tile) {
    const { signal } = this.#ending.get(tile);
    try {
      const record = await tile.send(signal);
      if (!signal.aborted) this.onArrived(tile, record);
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure.passing && tile.tries < PAUSES.length)) this.onFailed(tile, failure);
      else this.#pause(tile, failure, signal);
    }
  }

  #pause(tile, failure, signal) {
    tile.pause(failure);
    const again = setTimeout(() => this.#enter(tile), PAUSES[tile.tries]);
    tile.tries += 1;
    signal.addEventListener("abort", () => clearTimeout(again));
  }
}
