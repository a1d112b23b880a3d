// Slack's "mrkdwn" as nodes: *bold* _italic_ ~strike~ `code` <links|…> <@mentions> <!date^…> > quotes :emoji: and escaped entities.

import { el } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { channelName, channelOf, nameOf } from "./store.js";

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** `mark` around text, where neither neighbour is a letter or a digit and no space lies inside at the edges. */
const styled = (name, mark) =>
  String.raw`(?<![\p{L}\p{N}])${mark}(?=[^\s${mark}])(?<${name}>(?:<[^<>\n]*>|[^${mark}\n])*)(?<!\s)${mark}(?![\p{L}\p{N}])`;

const PIECE = new RegExp(
  [
    "```(?<block>[\\s\\S]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<entity>[^<>\\n]+)>",
    styled("bold", "\\*"),
    styled("italic", "_"),
    styled("strike", "~"),
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<url>https?://[^\\s<>|]*[^\\s<>|.,;:!?)])",
  ].join("|"),
  "gu",
);

/** A link that opens beside the page; an address of any other kind stays text. */
export function link(url, label) {
  if (!SAFE_LINK.test(url)) return document.createTextNode(label ?? url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label ?? url.replace(/^mailto:/, ""));
}

/** A moment as Slack's date tokens write it, in the reader's own time zone. */
export function formattedDate(seconds, format) {
  const moment = new Date(seconds * 1000);
  const as = (options) => new Intl.DateTimeFormat("en-GB", options).format(moment);
  const long = { day: "numeric", month: "long", year: "numeric" };
  const short = { ...long, month: "short" };
  const words = {
    date: () => as(long),
    date_num: () => as({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date_short: () => as(short),
    date_long: () => as({ weekday: "long", ...long }),
    time: () => as({ hour: "2-digit", minute: "2-digit" }),
    time_secs: () => as({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => `${as(short)}, ${as({ hour: "2-digit", minute: "2-digit" })}`,
  };
  return format.replace(/\{(\w+)\}/g, (written, word) => words[word.replace("_pretty", "")]?.() ?? written);
}

function date(inside, fallback) {
  const [, seconds, format = "", url] = inside.split("^");
  const text = Number.isFinite(Number(seconds)) && format ? formattedDate(Number(seconds), unescaped(format)) : fallback;
  return url ? link(unescaped(url), text) : el("time", { title: unescaped(fallback ?? "") }, text ?? "");
}

/** "@Anna Berger", highlighted. */
export const userMention = (id, label) => el("span", { class: "mention" }, `@${nameOf(id, label || id)}`);

/** "#sales", highlighted. */
export const channelMention = (id, label) =>
  el("span", { class: "mention" }, `#${channelOf(id) ? channelName(id) : label || id}`);

function entity(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention" }, label ?? `@${target.slice(1).split("^")[0]}`);
  return link(unescaped(target), label && withEmoji(label));
}

function plain(text) {
  return unescaped(text).split("\n").flatMap((line, number) => (number ? [el("br"), line] : [line])).filter((piece) => piece !== "");
}

function inline(text) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(PIECE)) {
    nodes.push(...plain(text.slice(done, found.index)));
    done = found.index + found[0].length;
    const piece = found.groups;
    if (piece.block !== undefined) nodes.push(el("pre", {}, unescaped(piece.block).replace(/^\n/, "")));
    else if (piece.code !== undefined) nodes.push(el("code", {}, unescaped(piece.code)));
    else if (piece.entity !== undefined) nodes.push(entity(piece.entity));
    else if (piece.bold !== undefined) nodes.push(el("b", {}, inline(piece.bold)));
    else if (piece.italic !== undefined) nodes.push(el("i", {}, inline(piece.italic)));
    else if (piece.strike !== undefined) nodes.push(el("s", {}, inline(piece.strike)));
    else if (piece.url !== undefined) nodes.push(link(unescaped(piece.url)));
    else nodes.push(emoji(piece.emoji) ?? found[0]);
  }
  nodes.push(...plain(text.slice(done)));
  return nodes;
}

const QUOTED = /^(?:&gt;|>) ?/;

/** Nodes for a text in mrkdwn. */
export function mrkdwn(text) {
  const nodes = [];
  let quote = null;
  for (const part of String(text ?? "").split(/(```[\s\S]+?```)/)) {
    if (part.startsWith("```")) {
      nodes.push(...inline(part));
      quote = null;
      continue;
    }
    for (const line of part.split(/(?<=\n)/)) {
      if (QUOTED.test(line)) {
        if (!quote) nodes.push((quote = el("blockquote")));
        quote.append(...inline(line.replace(QUOTED, "")));
      } else {
        // A break directly after a quote would only add an empty line.
        nodes.push(...inline(line));
        quote = null;
      }
    }
  }
  return nodes;
}

/** Nodes for a text object, or for a bare string, of Block Kit. */
export function textOf(object) {
  if (!object) return [];
  if (typeof object === "string") return plain(withEmoji(object));
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plainText(object);
}

function plainText(object) {
  const lines = String(object.text ?? "").split("\n");
  const shown = (line) => (object.emoji === false ? line : withEmoji(line));
  return lines.flatMap((line, number) => (number ? [el("br"), shown(line)] : [shown(line)]));
}
