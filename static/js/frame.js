// The frame: history drawer, dialogs by `data-opens`, copying, and what htmx could not do.

import { AWAY, SESSION_ENDED, sentenceFor } from "./fragments.js";
import { announce, hideToast, toast } from "./lib.js";

const root = document.documentElement;
const sidebar = document.getElementById("sidebar");
const narrow = window.matchMedia("(max-width: 859px)");

function setDrawer(open) {
  root.toggleAttribute("data-drawer-open", open);
  const opener = document.querySelector(".bar-menu");
  opener.setAttribute("aria-expanded", String(open));
  document.querySelector(".page").inert = open;
  sidebar.inert = narrow.matches && !open;
}

function toggleDrawer() {
  const open = !drawerIsOpen();
  setDrawer(open);
  (open ? sidebar.querySelector("a") : document.querySelector(".bar-menu")).focus();
}

function drawerIsOpen() {
  return root.hasAttribute("data-drawer-open");
}

if (sidebar) {
  sidebar.inert = narrow.matches;
  narrow.addEventListener("change", () => setDrawer(false));
}

async function copy(button) {
  const scope = button.closest(".turn, .new-token");
  const source = scope.querySelector("[data-copy-text], .answer");
  const label = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(source.innerText);
    label.textContent = "Copied";
    announce("Copied");
  } catch {
    getSelection().selectAllChildren(source);
    label.textContent = "Selected, press Ctrl C";
  }
  setTimeout(() => (label.textContent = "Copy"), 2000);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, .sidebar, dialog");
  if (drawerIsOpen() && !event.target.closest(".sidebar")) return toggleDrawer();
  if (!target) return;
  if (target.matches("[data-drawer]")) toggleDrawer();
  else if (target.matches("[data-opens]")) document.getElementById(target.dataset.opens).showModal();
  else if (target.matches("[data-closes]")) target.closest("dialog").close();
  else if (target.matches("[data-copy]")) copy(target);
  // A click on the dialog itself is one on its backdrop: its content fills the padding box.
  else if (target === event.target && target.matches("dialog.dialog")) target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawerIsOpen()) {
    event.stopPropagation();
    toggleDrawer();
  }
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  hideToast();
  event.detail.elt.closest("form[data-close-after]")?.closest("dialog").close();
});

function announceFound(rows) {
  const found = rows.querySelectorAll("a.row").length;
  const more = rows.querySelector(".row-more") ? " or more" : "";
  announce(found === 1 ? "1 analysis found" : `${found}${more} analyses found`);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "rows") announceFound(event.target);
  for (const link of event.target.querySelectorAll?.("a.row") ?? []) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
  }
});

document.addEventListener("htmx:load", (event) => {
  const { id, textContent, dataset } = event.target;
  if (id !== "title") return;
  document.title = `${textContent} · Visionapp`;
  const row = document.getElementById(dataset.row);
  if (row) row.textContent = textContent;
});

// No fragment of ours is found by a redirect: one that was leads to the sign-in page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname === new URL(pathInfo.finalRequestPath, location).pathname) return;
  event.detail.shouldSwap = false;
  toast(SESSION_ENDED);
});

/** Keeps the dot of this conversation's row true while its page is open. */
document.addEventListener("turn-changed", () => {
  const row = document.querySelector(".row[aria-current]");
  if (!row) return;
  const runs = document.querySelector("reply-stream:not([data-settled])") !== null;
  const dot = row.querySelector(".pulse");
  if (!runs) dot?.remove();
  else if (!dot) row.append(Object.assign(document.createElement("span"), { className: "pulse" }));
});

document.addEventListener("htmx:sendError", () => {
  toast(AWAY);
});

document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  toast(sentenceFor(status, responseText));
});

window.addEventListener("offline", () => toast("You are offline. What you type is kept."));
window.addEventListener("online", hideToast);
