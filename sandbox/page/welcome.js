// What stands in a channel without messages: how to try the bot.

import { el, icon } from "./dom.js";
import { openMailDialog } from "./sendmail.js";
import { botName, channelOf, here, isDirect } from "./store.js";

function inChannel(channel) {
  const name = botName();
  const steps = [
    [`Send a mail into #${channel.name}`, "as a colleague would forward it to this channel."],
    [`${name} answers in its thread`, "with the people and properties that the mail is about, and why."],
    ["Press Link", "and see at the side what the CRM holds afterwards."],
  ];
  return [
    el("h2", {}, `Try ${name} here`),
    el("ol", {}, steps.map(([what, more]) => el("li", {}, el("b", {}, what), " ", more))),
    el("button", { type: "button", class: "button primary", onclick: openMailDialog }, icon("mail"), "Send a mail"),
    el("p", {}, "Or drop the file of a mail of your own (.eml) anywhere on this page. Nothing leaves your computer."),
  ];
}

function elsewhere(channel) {
  if (isDirect(channel)) {
    return [el("h2", {}, `You and ${botName()}`), el("p", {}, "Paste a mail below or drop its file (.eml, .msg) here. Or forward a mail to a channel.")];
  }
  return [
    el("h2", {}, `${botName()} is not in #${channel.name}`),
    el("p", {}, `It sees nothing of what is written here. Press “Add ${botName()}” above to let it answer here.`),
  ];
}

/** The node for the channel in view. */
export function welcome() {
  const channel = channelOf(here.channel);
  if (!channel) return el("div", { class: "empty" }, el("p", {}, "One moment…"));
  return el("div", { class: "empty" }, isDirect(channel) || channel.is_member === false ? elsewhere(channel) : inChannel(channel));
}
