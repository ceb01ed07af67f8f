// Sends one file to the server and tells how far it is.

const SIGNED_OUT = "Your session has ended. Reload the page and sign in again.";
const SENTENCES = {
  0: "The connection broke while it was sent.",
  401: SIGNED_OUT,
  403: SIGNED_OUT,
  413: "It is larger than the server takes.",
  429: "Too many at once. Wait a moment.",
  503: "The server is busy. Try again in a moment.",
};

class UploadFailed extends Error {
  constructor(status, sentence) {
    // To a caller without a session the server speaks of tokens, as to a program.
    const words = status === 401 ? SIGNED_OUT : sentence;
    super(words ?? SENTENCES[status] ?? `The server could not take it (${status}).`);
    this.retryable = [0, 401, 403, 429].includes(status) || status >= 500;
  }
}

/** Resolves to the server's record of the picture; rejects with an UploadFailed whose message is a sentence. */
export function upload(file, { url, token, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response);
      else reject(new UploadFailed(request.status, request.response?.detail));
    });
    request.addEventListener("error", () => reject(new UploadFailed(0)));
    request.addEventListener("abort", () => reject(new UploadFailed(0)));
    signal.addEventListener("abort", () => request.abort());
    const body = new FormData();
    body.append("file", file, file.name || "pasted.png");
    request.send(body);
  });
}
