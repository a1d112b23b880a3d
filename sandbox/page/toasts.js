// Short notes at the foot of the page that go away by themselves; a popover, so that an open dialog never hides them.

import { el, iconButton } from "./dom.js";

const SECONDS = 9;

/** Show one note; `kind` is "error" or "note". */
export function toast(text, kind = "error") {
  const place = document.getElementById("toasts");
  const node = el("div", { class: `toast ${kind}` }, el("span", {}, text));
  const remove = () => {
    node.remove();
    if (!place.childElementCount) place.hidePopover();
  };
  node.append(iconButton("close", "Dismiss", { onclick: remove }));
  place.append(node);
  // Shown anew, it comes to lie above whatever dialog was opened since.
  place.hidePopover();
  place.showPopover();
  setTimeout(remove, SECONDS * 1000);
}
