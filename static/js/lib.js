// Small helpers that several modules share; this module touches nothing by itself.

export const wide = window.matchMedia("(min-width: 1100px)");
export const touch = window.matchMedia("(pointer: coarse)");

const SVG = "http://www.w3.org/2000/svg";

/** Returns an icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Tells screen readers, without showing anything. */
export function announce(words) {
  document.getElementById("announcer").textContent = words;
}

/** Shows a sentence at the foot of the window until it is closed or replaced. */
export function toast(words) {
  const box = document.getElementById("toast");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", "Close message");
  close.append(icon("close"));
  close.addEventListener("click", hideToast);
  const text = document.createElement("p");
  text.textContent = words;
  box.replaceChildren(icon("warning"), text, close);
  box.hidden = false;
}

export function hideToast() {
  document.getElementById("toast").hidden = true;
}

export function isTyping(target) {
  return target.matches?.("input, textarea, select, [contenteditable]") ?? false;
}

export function bytesInWords(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ["KB", "MB", "GB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)}\u00a0${units[unit]}`;
}

export const count = new Intl.NumberFormat("en");

/** Returns US dollars with two significant digits below a cent: $0.0063, $0.12, $4.20. */
export function money(usd) {
  if (usd === 0) return "free";
  if (usd >= 0.1) return `$${usd.toFixed(2)}`;
  if (usd < 0.00001) return "under $0.00001";
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd))))}`;
}

/** Parses a fragment of our own server's HTML. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
