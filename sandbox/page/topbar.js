// The line above the messages: where one is, and, on narrow screens, the ways to the two drawers.

import { control } from "./control.js";
import { el, icon, iconButton } from "./dom.js";
import { openMailDialog } from "./sendmail.js";
import { botName, channelName, channelOf, go, here, isDirect, nameOf } from "./store.js";

/** Open the drawer, or close it if it is open: "workspace" or "crm". */
export const toggleDrawer = (name) => go({ panel: here.panel === name ? "" : name });

function title() {
  if (here.channel === "home") return [el("h2", {}, `${botName()}: home`)];
  const channel = channelOf(here.channel);
  if (!channel) return [el("h2", {}, "…")];
  if (isDirect(channel)) return [el("h2", {}, botName()), el("p", {}, `Direct message of ${nameOf(here.user)}`)];
  const names = (channel.members ?? []).map((id) => nameOf(id).split(" ")[0]).join(", ");
  const note = channel.is_member === false ? `${botName()} is not in this channel` : names;
  return [el("h2", {}, `#${channelName(channel.id)}`), el("p", {}, note)];
}

function invitation() {
  const channel = channelOf(here.channel);
  if (!channel || isDirect(channel) || channel.is_member !== false) return null;
  return el("button", { type: "button", class: "button", onclick: () => control("invite", { channel: channel.id }) }, `Add ${botName()}`);
}

/** Build the line anew. */
export function showTopbar(place) {
  const parts = [
    iconButton("menu", "Channels and people", { class: "icon-button narrow", "aria-expanded": String(here.panel === "workspace"), onclick: () => toggleDrawer("workspace") }),
    el("div", { class: "where" }, title()),
    invitation(),
    el("span", { class: "as-whom" }, `as ${nameOf(here.user).split(" ")[0]}`),
    iconButton("mail", "Send a mail", { class: "icon-button narrow", onclick: openMailDialog }),
    el("button", { type: "button", class: "button medium", "aria-expanded": String(here.panel === "crm"), onclick: () => toggleDrawer("crm") }, icon("crm"), el("span", {}, "CRMs")),
  ];
  place.replaceChildren(...parts.filter(Boolean));
}
