// Pieces of pages from our own server, and what to tell when one does not come.

import { parse } from "./lib.js";

export const AWAY = "The server cannot be reached. Nothing is lost; try again in a moment.";
export const SESSION_ENDED = "Your session has ended. Reload the page and sign in again; your text is kept.";

const sentences = {
  403: SESSION_ENDED,
  404: "This is no longer there. Reload the page.",
  413: "That is too much at once. Send less.",
};

/** Returns what a person is told of an answer with this status and body. */
export function sentenceFor(status, body) {
  return sentenceOf(body) ?? sentences[status] ?? `The server answered with an error (${status}). Try again.`;
}

function sentenceOf(body) {
  try {
    const { code, detail } = JSON.parse(body);
    // The general one speaks of an address, of which a person on a page sees nothing.
    return code === "not_found" ? undefined : detail;
  } catch {
    return undefined;
  }
}

/** Fetches a piece of a page; fails with an Error whose message is for the person. */
export async function fragment(url, { signal } = {}) {
  let response;
  let body;
  try {
    // The server answers what carries this header with problem documents, and not with whole pages.
    response = await fetch(url, { signal, headers: { "HX-Request": "true" } });
    body = await response.text();
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new Error(AWAY);
  }
  // No fragment is found by a redirect: one that was leads to the sign-in page.
  if (response.redirected) throw new Error(SESSION_ENDED);
  if (!response.ok) throw new Error(sentenceFor(response.status, body));
  return parse(body);
}
