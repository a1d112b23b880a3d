// The basics of rich_text: sections, lists, quotes and preformatted text.

import { el } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelMention, formattedDate, link, userMention } from "./mrkdwn.js";

const TAGS = { bold: "b", italic: "i", strike: "s", code: "code" };

function bare(piece) {
  switch (piece.type) {
    case "text":
      return piece.text.split("\n").flatMap((line, number) => (number ? [el("br"), line] : [line]));
    case "link":
      return link(piece.url, piece.text);
    case "user":
      return userMention(piece.user_id);
    case "channel":
      return channelMention(piece.channel_id);
    case "broadcast":
      return el("span", { class: "mention" }, `@${piece.range}`);
    case "emoji":
      return emoji(piece.name) ?? `:${piece.name}:`;
    case "date":
      return el("time", {}, formattedDate(piece.timestamp, piece.format));
    default:
      return piece.text ?? "";
  }
}

function styled(piece) {
  let node = bare(piece);
  for (const [style, tag] of Object.entries(TAGS)) if (piece.style?.[style]) node = el(tag, {}, node);
  return node;
}

function part(element) {
  switch (element.type) {
    case "rich_text_list":
      return el(element.style === "ordered" ? "ol" : "ul", {}, element.elements.map((item) => el("li", {}, part(item))));
    case "rich_text_quote":
      return el("blockquote", {}, element.elements.map(styled));
    case "rich_text_preformatted":
      return el("pre", {}, element.elements.map(bare));
    default:
      return el("div", {}, element.elements.map(styled));
  }
}

/** Nodes for a rich_text block. */
export const richText = (block) => block.elements.map(part);
