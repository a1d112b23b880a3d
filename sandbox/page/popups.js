// What opens beside something: lists of options and menus, in the browser's top layer, so that no dialog or scroll area cuts them off.

import { el } from "./dom.js";

const GAP = 4;

/** Put an open popover below `anchor`, or above it where there is more room. */
export function place(popup, anchor, { stretch = false } = {}) {
  const at = anchor.getBoundingClientRect();
  if (stretch) popup.style.minWidth = `${at.width}px`;
  popup.style.maxHeight = "";
  const below = innerHeight - at.bottom - 2 * GAP;
  const above = at.top - 2 * GAP;
  const upwards = popup.offsetHeight > below && above > below;
  popup.style.maxHeight = `${Math.max(80, Math.min(320, upwards ? above : below))}px`;
  popup.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - popup.offsetWidth - GAP))}px`;
  popup.style.top = `${upwards ? at.top - GAP - popup.offsetHeight : at.bottom + GAP}px`;
}

/** Open a menu of {label, act, danger} at a button; arrows move, Escape closes, focus comes back. */
export function menu(anchor, items) {
  const choose = (item) => () => {
    close();
    item.act();
  };
  const list = el(
    "div",
    { class: "popup menu", role: "menu", popover: "manual" },
    items.map((item) =>
      el("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : "", onclick: choose(item) }, item.label),
    ),
  );
  const close = () => {
    document.removeEventListener("pointerdown", outside, true);
    list.remove();
    anchor.setAttribute("aria-expanded", "false");
    anchor.focus();
  };
  const outside = (event) => {
    if (!list.contains(event.target)) close();
  };
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (step) buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  anchor.after(list);
  anchor.setAttribute("aria-expanded", "true");
  list.showPopover();
  place(list, anchor);
  document.addEventListener("pointerdown", outside, true);
  list.firstElementChild?.focus();
}
