// Elements from data. Text always becomes a text node, so nothing that arrives can turn into markup.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "open", "tabIndex"]);

/** An element with its attributes (`onclick` and the like are listeners) and children; empty children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter(Boolean));
  return node;
}

/** One of the line drawings that index.html defines. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows only a drawing; `label` is its accessible name and its tooltip. */
export function iconButton(name, label, attributes = {}) {
  return el("button", { type: "button", class: "icon-button", title: label, "aria-label": label, ...attributes }, icon(name));
}

const kept = new WeakMap();

/**
 * Make `parent` hold one node per item ({key, signature, build}), reusing the node while the signature is the same:
 * what a person is typing, has unfolded or has focused survives every update of something else.
 */
export function keyed(parent, items) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  let refocus = null;
  for (const { key, signature, build } of items) {
    const old = before.get(key);
    if (old && old.signature === signature) {
      after.set(key, old);
      continue;
    }
    const node = build();
    if (old?.node.contains(document.activeElement)) refocus = node;
    after.set(key, { signature, node });
  }
  for (const [key, { node }] of before) {
    if (after.get(key)?.node !== node) node.remove();
  }
  let place = parent.firstChild;
  for (const { node } of after.values()) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  kept.set(parent, after);
  if (refocus) {
    refocus.tabIndex = -1;
    refocus.focus({ preventScroll: true });
  }
}

let numbers = 0;

/** An id that no other element has, for labels and listboxes. */
export function freshId(prefix) {
  numbers += 1;
  return `${prefix}-${numbers}`;
}
