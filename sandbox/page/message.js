// One message: who wrote it, its text or blocks, its files, and the menu of what can be done with it.

import { blockNodes } from "./blocks.js";
import { control } from "./control.js";
import { el, icon, iconButton } from "./dom.js";
import { attachmentNode, fileNode } from "./mailcard.js";
import { mrkdwn } from "./mrkdwn.js";
import { menu } from "./popups.js";
import { botId, botName, go, here, nameOf, world } from "./store.js";
import { messageSurface } from "./surfaces.js";

const HUES = 6;

function authorOf(message) {
  const fromBot = message.user === botId() || (message.bot_id && message.bot_id === world.bot?.bot_id);
  if (fromBot) return { name: message.username ?? botName(), drawing: "link", kind: "app", app: true };
  if (message.user === "USLACKBOT" || message.files?.some((file) => file.mode === "email" && file.username === "Email")) {
    return { name: message.username ?? "Email", drawing: "mail", kind: "post", app: true };
  }
  return { name: message.username ?? nameOf(message.user ?? message.bot_id ?? "?"), kind: "person" };
}

/** The little picture of a person: their initials on a colour of their own. */
export function avatar(name, kind = "person", drawing = "") {
  const initials = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const hue = [...name].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 0) % HUES;
  return el("span", { class: `avatar ${kind} hue-${hue}`, "aria-hidden": "true" }, drawing ? icon(drawing) : initials);
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** The moment a ts stands for. */
export const momentOf = (ts) => new Date(Number.parseFloat(ts) * 1000);

function actionsOf(message) {
  const items = [
    {
      label: "Link to CRM",
      act: () => control("shortcut", { user: here.user, channel: message.channel, ts: message.ts, callback_id: "link_mail" }),
    },
    { label: "Reply in thread", act: () => openThread(message.thread_ts ?? message.ts) },
  ];
  const node = iconButton("more", "More actions", { class: "icon-button more", "aria-haspopup": "menu", onclick: () => menu(node, items) });
  return node;
}

function openThread(ts) {
  here.closed.delete(ts);
  go({ thread: ts });
  document.querySelector(`[data-reply-to="${CSS.escape(ts)}"] textarea`)?.focus();
}

function content(message) {
  // What a person typed is in the text with all its links; the blocks that Slack adds to it say the same.
  const blocks = message.client_msg_id ? [] : (message.blocks ?? []);
  return [
    blocks.length
      ? blockNodes(blocks, messageSurface(message))
      : message.text && el("div", { class: "text" }, mrkdwn(message.text)),
    (message.attachments ?? []).map(attachmentNode),
    (message.files ?? []).map(fileNode),
  ];
}

/** The node of a message; `reply` marks one inside a thread, `ephemeral` one that only this person sees. */
export function messageNode(message, { reply = false, ephemeral = false } = {}) {
  const author = authorOf(message);
  const moment = momentOf(message.ts);
  return el(
    "article",
    { class: `message${reply ? " reply" : ""}${ephemeral ? " ephemeral" : ""}`, "data-ts": message.ts, "aria-label": `Message of ${author.name}` },
    avatar(author.name, author.kind, author.drawing),
    el(
      "div",
      { class: "message-body" },
      ephemeral && el("div", { class: "only-you" }, icon("eye"), "Only visible to you"),
      el("header", {},
        el("b", { class: "author" }, author.name),
        author.app && el("span", { class: "tag" }, "App"),
        el("time", { datetime: moment.toISOString(), title: exact.format(moment) }, clock.format(moment)),
        message.edited && el("small", { class: "edited" }, "(edited)")),
      content(message),
    ),
    !ephemeral && actionsOf(message),
  );
}
