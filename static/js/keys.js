// Keys that work everywhere on a page: search, new analysis, the list of keys, stop.

import { isTyping } from "./lib.js";

function focusSearch() {
  const opener = document.querySelector(".bar-menu");
  if (opener.checkVisibility() && !document.documentElement.hasAttribute("data-drawer-open")) opener.click();
  document.getElementById("search").focus();
}

function escape(event) {
  if (event.target.id === "search") event.target.blur();
  // An open dialog or menu takes Escape for itself.
  else if (!document.querySelector("dialog[open], .menu-list:not([hidden])")) {
    [...document.querySelectorAll("[data-stop]:not(:disabled)")].at(-1)?.click();
  }
}

const actions = {
  "/": focusSearch,
  "?": () => document.getElementById("keys").showModal(),
  n: () => document.querySelector(".sidebar-new").click(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return escape(event);
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
