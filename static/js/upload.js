// Asks the server to take a picture in: a file with how far it is, or words that name one.

const SIGNED_OUT = "Your session has ended. Reload the page and sign in again.";
const SENTENCES = {
  0: "The connection broke while it was sent.",
  401: SIGNED_OUT,
  403: SIGNED_OUT,
  413: "It is larger than the server takes.",
  429: "Too many at once. Wait a moment.",
  503: "The server is busy. Try again in a moment.",
};

/** What the server is too busy for now, or what the way to it lost. */
const PASSING = [0, 429, 502, 503, 504];

class SendingFailed extends Error {
  constructor(status, sentence) {
    // To a caller without a session the server speaks of tokens, as to a program.
    const words = status === 401 ? SIGNED_OUT : sentence;
    super(words ?? SENTENCES[status] ?? `The server could not take it (${status}).`);
    this.passing = PASSING.includes(status);
    this.retryable = this.passing || [401, 403].includes(status) || status >= 500;
    this.isLost = status === 0;
  }
}

/**
 * Sends a file. Resolves to the server's record of the picture; rejects with a SendingFailed whose
 * message is a sentence.
 */
export function sendFile(file, { url, ...options }) {
  const body = new FormData();
  body.append("file", file, file.name || "pasted.png");
  return exchange(url, body, options);
}

/** Sends words as JSON; resolves and rejects as sendFile does. */
export function sendWords(words, { url, ...options }) {
  return exchange(url, new Blob([JSON.stringify(words)], { type: "application/json" }), options);
}

function exchange(url, body, { token, signal, onProgress, onSent }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.upload.addEventListener("load", onSent);
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response);
      else reject(new SendingFailed(request.status, request.response?.detail));
    });
    request.addEventListener("error", () => reject(new SendingFailed(0)));
    request.addEventListener("abort", () => reject(new SendingFailed(0)));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
