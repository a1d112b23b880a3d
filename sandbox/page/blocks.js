// The blocks of Block Kit as nodes.

import { el, freshId } from "./dom.js";
import { elementNode, picture } from "./elements.js";
import { textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";

function section(block, surface) {
  const accessory = block.accessory && elementNode(block, block.accessory, surface);
  return el(
    "div",
    { class: "block section" },
    el(
      "div",
      { class: "text" },
      block.text && el("div", {}, textOf(block.text)),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", {}, textOf(field)))),
    ),
    accessory && el("div", { class: "accessory" }, accessory),
  );
}

function contextElement(element) {
  return element.type === "image" ? picture(element) : el("span", {}, textOf(element));
}

function input(block, surface) {
  const id = freshId("label");
  const error = surface.errorOf?.(block);
  return el(
    "div",
    { class: `block input${error ? " wrong" : ""}`, role: "group", "aria-labelledby": id },
    el("div", { class: "label", id }, textOf(block.label), block.optional && el("span", { class: "optional" }, " (optional)")),
    elementNode(block, block.element, surface),
    error ? el("div", { class: "error", role: "alert" }, error) : block.hint && el("div", { class: "hint" }, textOf(block.hint)),
  );
}

const KINDS = {
  section,
  input,
  header: (block) => el("h3", { class: "block header" }, textOf(block.text)),
  divider: () => el("hr", { class: "block" }),
  context: (block) => el("div", { class: "block context text" }, block.elements.map(contextElement)),
  actions: (block, surface) =>
    el("div", { class: "block actions" }, block.elements.map((element) => elementNode(block, element, surface))),
  image: (block) => el("figure", { class: "block" }, block.title && el("figcaption", {}, textOf(block.title)), picture(block)),
  rich_text: (block) => el("div", { class: "block text" }, richText(block)),
};

/** Nodes for a list of blocks; a kind that this page does not know is named, not hidden. */
export function blockNodes(blocks, surface) {
  return blocks.map((block) => {
    const node = KINDS[block.type]?.(block, surface) ?? el("div", { class: "block unknown" }, `(a block of type “${block.type}”)`);
    if (block.block_id) node.setAttribute("data-block", block.block_id);
    return node;
  });
}
