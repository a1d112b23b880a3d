// The workspace at the left: its name, its channels, who the person is, and the way to send a mail.

import { visibleIn } from "./channel.js";
import { control } from "./control.js";
import { el, icon } from "./dom.js";
import { avatar } from "./message.js";
import { openMailDialog } from "./sendmail.js";
import { botName, channelName, go, here, isDirect, myChannels, nameOf, people, userOf, world } from "./store.js";

const seen = new Map();

/** How many messages the current person has not seen in a channel; the channel in view counts as seen. */
function unread(channel) {
  const place = `${here.user}/${channel.id}`;
  const all = visibleIn(channel.id, here.user);
  const known = seen.get(place) ?? 0;
  const fresh = all.filter((message) => Number.parseFloat(message.ts) > known && message.user !== here.user).length;
  if (channel.id === here.channel || !seen.has(place)) {
    seen.set(place, Number.parseFloat(all.at(-1)?.ts ?? "0"));
    return 0;
  }
  return fresh;
}

function entry(id, drawing, name, count, title) {
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: `channel${count ? " unread" : ""}`, title, "data-channel": id, "aria-current": id === here.channel ? "page" : null,
        onclick: () => go({ channel: id, thread: "", panel: "" }) },
      icon(drawing),
      el("span", {}, name),
      count && el("span", { class: "count", "aria-label": `${count} new` }, String(count)),
    ),
  );
}

function channelEntry(channel) {
  const outside = !isDirect(channel) && channel.is_member === false;
  const drawing = isDirect(channel) ? "link" : channel.is_private || outside ? "lock" : "hash";
  const shared = channel.shared_with?.length ? "Shared with another company" : undefined;
  const title = outside ? `${botName()} is not in this channel` : shared;
  return entry(channel.id, drawing, channelName(channel.id), unread(channel), title);
}

function person(user) {
  const name = nameOf(user.id);
  return el(
    "button",
    { type: "button", class: "person", "aria-pressed": String(user.id === here.user), "data-user": user.id, title: user.is_restricted ? `${name} (guest)` : name,
      onclick: () => go({ user: user.id, panel: here.panel }) },
    avatar(name),
    el("span", {}, name.split(" ")[0]),
  );
}

/** In which language the person has set Slack: what only they see follows it. */
function language() {
  const german = (userOf(here.user)?.locale ?? "").startsWith("de");
  const choose = async (event) => {
    await control("person", { user: here.user, locale: event.target.value });
    if (here.channel === "home") await control("home", { user: here.user });
  };
  const options = [["en-GB", "English", !german], ["de-DE", "German", german]];
  return el(
    "label",
    { class: "language" },
    el("span", {}, `${nameOf(here.user).split(" ")[0]}’s Slack is in`),
    el("select", { onchange: choose }, options.map(([value, name, selected]) => el("option", { value, selected }, name))),
  );
}

/** The ways to the sandbox's other workspaces. */
function otherWorkspaces() {
  const [first] = world.teams;
  const others = world.teams.filter((team) => team.id !== world.team.id);
  return others.map((team) => el("p", {}, el("a", { href: team === first ? "/" : `/?workspace=${team.id}` }, `Go to ${team.name}`)));
}

/** Build the sidebar anew. */
export function showSidebar(place) {
  const channels = myChannels();
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const again = focused?.matches("select") ? "select" : focused?.dataset.channel ? `[data-channel="${focused.dataset.channel}"]` : focused?.dataset.user && `[data-user="${focused.dataset.user}"]`;
  place.replaceChildren(
    el("header", {}, el("h1", {}, world.team.name ?? "Sandbox"), el("p", {}, "A stand-in workspace to try Linkbot in"), otherWorkspaces()),
    el("button", { type: "button", class: "button primary wide", onclick: openMailDialog }, icon("mail"), "Send a mail"),
    el("h2", {}, "Channels"),
    el("ul", {}, channels.filter((channel) => !isDirect(channel)).map(channelEntry)),
    el("h2", {}, "Apps"),
    el("ul", {}, channels.filter(isDirect).map(channelEntry), entry("home", "home", `${botName()}: home`, 0)),
    el(
      "footer",
      {},
      el("h2", { id: "who" }, "You are"),
      el("div", { class: "people", role: "group", "aria-labelledby": "who" }, people().map(person)),
      language(),
    ),
  );
  if (again) place.querySelector(again)?.focus();
}
