// The messages of the channel in view: in the order of time, threads unfolded below their first message.

import { composer } from "./composer.js";
import { el, icon, keyed } from "./dom.js";
import { messageNode, momentOf } from "./message.js";
import { sendMessage } from "./sending.js";
import { botId, channelOf, here, redraw, world } from "./store.js";
import { welcome } from "./welcome.js";

const NEAR_THE_END = 120;
const dayName = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

const byTime = (one, other) => Number.parseFloat(one.ts) - Number.parseFloat(other.ts);
const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;
const ofBot = (message) => message.user === botId() || Boolean(message.ephemeral);

/** All that the person sees in a channel, ephemerals included, by time. */
export function visibleIn(channel, user) {
  const messages = world.messages.filter((message) => message.channel === channel);
  const whispers = world.ephemerals
    .filter((message) => message.channel === channel && message.user === user)
    .map((message) => ({ ...message, user: botId(), ephemeral: true }));
  return [...messages, ...whispers].sort(byTime);
}

function isOpen(root, replies) {
  if (here.closed.has(root.ts)) return false;
  return here.opened.has(root.ts) || replies.some(ofBot);
}

function toggle(root, open) {
  here[open ? "closed" : "opened"].add(root.ts);
  here[open ? "opened" : "closed"].delete(root.ts);
  redraw();
}

function threadLine(root, count, open) {
  const label = `${count} ${count === 1 ? "reply" : "replies"}`;
  return el(
    "button",
    { type: "button", class: "thread-line", "aria-expanded": String(open), onclick: () => toggle(root, open) },
    icon("chevron"),
    open ? `${label} · fold` : `Show ${label}`,
  );
}

function replyBox(root) {
  const box = composer({
    label: "Reply in the thread",
    placeholder: "Reply…",
    send: (text) => sendMessage({ channel: root.channel, text, thread_ts: root.ts }),
  });
  box.classList.add("reply-box");
  box.dataset.replyTo = root.ts;
  return box;
}

// What a first message keeps count of; a new reply must not build its node anew, or an unfolded mail would fold again.
const COUNTS = { thread_ts: undefined, reply_count: undefined, reply_users: undefined, latest_reply: undefined };

function messageItem(message, options) {
  const signature = JSON.stringify([{ ...message, ...COUNTS }, here.user, options, world.users.length]);
  const key = `${message.ephemeral ? "whisper" : "message"}:${message.ts}`;
  return { key, signature, build: () => messageNode(message, { ...options, ephemeral: message.ephemeral }) };
}

function threadItems(root, replies) {
  const open = isOpen(root, replies);
  const items = [];
  if (replies.length) {
    const signature = `${replies.length}/${open}`;
    items.push({ key: `line:${root.ts}`, signature, build: () => threadLine(root, replies.length, open) });
  }
  if (!open) return items;
  items.push(...replies.map((reply) => messageItem(reply, { reply: true })));
  items.push({ key: `box:${root.ts}`, signature: "", build: () => replyBox(root) });
  return items;
}

function itemsOf(visible) {
  const roots = new Map(visible.filter((message) => !isReply(message)).map((root) => [root.ts, []]));
  for (const message of visible) if (isReply(message)) roots.get(message.thread_ts)?.push(message);
  const items = [];
  let day = "";
  for (const message of visible) {
    // A reply whose first message is gone, or was never seen, stands by itself.
    if (isReply(message) && roots.has(message.thread_ts)) continue;
    const today = dayName.format(momentOf(message.ts));
    if (today !== day) items.push({ key: `day:${today}`, signature: "", build: () => el("div", { class: "day" }, el("span", {}, today)) });
    day = today;
    items.push(messageItem(message, {}));
    items.push(...threadItems(message, roots.get(message.ts) ?? []));
  }
  return items;
}


let shown = { place: "", last: "" };

/** Show the channel's messages, staying at the end if the person was there; `jump` is offered where they were not. */
export function showChannel(list, jump) {
  const visible = visibleIn(here.channel, here.user);
  const place = `${here.user}/${here.channel}`;
  const last = visible.at(-1)?.ts ?? "";
  const moved = place !== shown.place;
  const height = list.scrollHeight;
  const atEnd = height - list.scrollTop - list.clientHeight < NEAR_THE_END;
  keyed(list, visible.length ? itemsOf(visible) : [{ key: "welcome", signature: JSON.stringify([place, channelOf(here.channel)]), build: welcome }]);
  if (moved || (atEnd && list.scrollHeight !== height)) list.scrollTop = list.scrollHeight;
  jump.hidden = moved || atEnd || (last === shown.last && jump.hidden);
  if (moved && here.thread) list.querySelector(`[data-reply-to="${CSS.escape(here.thread)}"]`)?.scrollIntoView({ block: "end" });
  shown = { place, last };
}
