// <reply-stream>: shows an answer as it comes, and its turn's foot when it has settled.

import { grew, start as startFollowing } from "./follow.js";
import { announce, parse } from "./lib.js";
import { Pieces } from "./pieces.js";

const LOST = "Connection lost, reconnecting…";
const LOOKING = "Looking at the pictures";
const ANSWERING = "Answering";
const WAITING = "Waiting for its turn";
const DELETED = "This analysis was deleted.";
const SIGNED_OUT = "Sign in again to go on.";
const ENDS = { done: "Answered", stopped: "Stopped", failed: "Failed" };
const SAID = { done: "The answer is complete.", stopped: "The answer has stopped.", failed: "The answer failed; the reason stands below it." };

class ReplyStream extends HTMLElement {
  connectedCallback() {
    this.turn = this.closest(".turn");
    this.pieces = new Pieces(this.querySelector(".answer"));
    this.words = this.dataset.state === "waiting" ? WAITING : LOOKING;
    this.since = null;
    this.until = null;
    this.clock = setInterval(() => this.tick(), 1000);
    this.stop = this.turn.querySelector("[data-stop]");
    this.stop.addEventListener("click", () => {
      this.stop.disabled = true;
      this.stopping = true;
      this.say("Stopping");
    });
    this.open();
    startFollowing();
    this.tell();
  }

  disconnectedCallback() {
    this.source?.close();
    clearInterval(this.clock);
    this.tell();
  }

  open() {
    const { url, after } = this.dataset;
    this.source = new EventSource(after ? `${url}?after=${encodeURIComponent(after)}` : url);
    this.on("started", () => this.begin());
    this.held = [];
    this.seen = "";
    for (const kind of ["put", "words"]) this.source.addEventListener(kind, (event) => this.change(kind, event));
    this.on("waiting", (news) => this.waitUntil(news));
    for (const end of Object.keys(ENDS)) this.on(end, () => this.settle(end));
    this.source.addEventListener("open", () => this.say(this.words));
    this.source.addEventListener("error", () => this.onError());
  }

  on(name, act) {
    this.source.addEventListener(name, (event) => {
      this.seen = event.lastEventId;
      act(JSON.parse(event.data));
    });
  }

  begin() {
    this.pieces.clear();
    this.until = null;
    this.since = Date.now();
    this.become("answering", LOOKING);
  }

  // Of changes that belong together only the last has an id. Those before it wait for it, as the
  // server sends all of them again to a page that lost one. They come in one packet.
  change(kind, event) {
    this.held.push([kind, JSON.parse(event.data)]);
    if (event.lastEventId === this.seen) return;
    this.seen = event.lastEventId;
    for (const [name, change] of this.held) this.pieces[name](change);
    this.held = [];
    if (this.words !== ANSWERING) this.become("answering", ANSWERING);
    grew();
  }

  waitUntil({ message, until }) {
    this.until = new Date(until);
    const time = this.until.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.become("waiting", `${message} Trying again at ${time}.`);
    this.tick();
  }

  become(state, words) {
    this.turn.dataset.state = state;
    this.words = words;
    this.say(words);
  }

  say(words) {
    const line = this.turn.querySelector("[data-state-words]");
    if (line && line.textContent !== words) line.textContent = words;
  }

  tick() {
    const line = this.turn.querySelector("[data-state-time]");
    if (!line) return;
    const left = this.until ? Math.ceil((this.until - Date.now()) / 1000) : 0;
    if (left > 0) line.textContent = `in ${left} s`;
    else if (this.since) line.textContent = `${Math.round((Date.now() - this.since) / 1000)} s`;
    else line.textContent = "";
  }

  onError() {
    this.held = [];
    this.say(LOST);
    // The browser reconnects by itself unless the server refused the stream or has nothing more.
    if (this.source.readyState === EventSource.CLOSED) this.lookAgain();
  }

  async lookAgain() {
    const fresh = await this.fetchTurn();
    if (this.over) return;
    if (fresh && !fresh.querySelector("reply-stream")) {
      this.turn.replaceWith(fresh);
      window.htmx.process(fresh);
    } else {
      setTimeout(() => this.isConnected && this.open(), 3000);
    }
  }

  /** Gives up for good: nothing that this page could wait for will change it. */
  giveUp(words) {
    this.over = true;
    this.leave("stopped", words);
    this.stop.hidden = true;
    this.turn.querySelector("[data-state-time]").textContent = "";
  }

  /** Ends the watching. */
  leave(state, words) {
    this.source.close();
    clearInterval(this.clock);
    this.setAttribute("data-settled", "");
    this.turn.dataset.state = state;
    this.say(words);
    this.tell();
  }

  async settle(end) {
    this.leave(end === "done" ? "answered" : end, ENDS[end]);
    for (let tries = 0; tries < 20 && this.isConnected && !this.over; tries += 1) {
      const fresh = await this.fetchTurn();
      const foot = fresh?.querySelector("[data-foot]");
      if (foot && !fresh.querySelector("reply-stream")) return this.showFoot(foot, SAID[end]);
      await new Promise((resolve) => setTimeout(resolve, 150 * 2 ** Math.min(tries, 6)));
    }
  }

  showFoot(foot, words) {
    const old = this.turn.querySelector("[data-foot]");
    // A button that is switched off loses the focus; who pressed it gets what takes its place.
    const focused = old.contains(document.activeElement) || (this.stopping && document.activeElement === document.body);
    old.replaceWith(foot);
    window.htmx.process(foot);
    if (focused) foot.querySelector("button")?.focus();
    announce(words);
    grew();
  }

  /** Resolves to the turn as the server has it; to null without an answer, or when it is over. */
  async fetchTurn() {
    try {
      const response = await fetch(this.dataset.turnUrl, { headers: { "HX-Request": "true" } });
      if (response.status === 404) this.giveUp(DELETED);
      // No turn is found by a redirect: one that was leads to the sign-in page.
      else if (response.redirected) this.giveUp(SIGNED_OUT);
      if (this.over) return null;
      return response.ok ? parse(await response.text()).querySelector(".turn") : null;
    } catch {
      return null;
    }
  }

  /** Tells the page that an answer began or ended here. */
  tell() {
    document.dispatchEvent(new CustomEvent("turn-changed"));
  }
}

// Retry goes away with the turn it stood in; the turn that comes instead takes over its focus.
document.addEventListener("htmx:afterSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (!requestConfig?.elt.matches("[data-retry]") || document.activeElement !== document.body) return;
  document.getElementById(target.id)?.querySelector("[data-stop]")?.focus();
});

customElements.define("reply-stream", ReplyStream);
