// What the page knows: the sandbox's state as last seen, and where the person is in it (kept in the URL).

import { look, workspace } from "./control.js";

const EMPTY = { team: {}, teams: [], installed: true, users: [], channels: [], messages: [], ephemerals: [], views: [], homes: {} };
const FIRST_USER = "U0ANNA";
const HOME = "home";

export let world = EMPTY;

const asked = new URLSearchParams(location.search);

/** Who and where: `channel` may be "home" (the bot's home tab); threads are opened and closed by their ts. */
export const here = {
  user: asked.get("user") ?? FIRST_USER,
  channel: asked.get("channel") ?? "",
  thread: asked.get("thread") ?? "",
  panel: asked.get("panel") ?? "",
  opened: new Set(asked.get("thread") ? [asked.get("thread")] : []),
  closed: new Set(),
};

let changed = () => {};

/** Call `listener` after every change of the world or of the place. */
export function whenChanged(listener) {
  changed = listener;
}

const listed = (value) => (Array.isArray(value) ? value : Object.values(value ?? {}));

/** Show a state that was fetched. */
export function take(state) {
  const shown = { ...state, ...state.workspaces?.[workspace] };
  const teams = [state, ...listed(state.workspaces)].map((one) => one.team);
  world = { ...EMPTY, ...shown, teams, users: listed(shown.users), channels: listed(shown.channels) };
  if (!userOf(here.user)) here.user = people()[0]?.id ?? here.user;
  settle();
  changed();
}

/** Fetch the state and show it. */
export const refresh = async () => take(await look("state"));

/** Go somewhere else: any of user, channel, thread, panel. */
export function go(place) {
  Object.assign(here, place);
  if (place.thread) here.opened.add(place.thread);
  settle();
  const query = new URLSearchParams(workspace && { workspace });
  for (const name of ["user", "channel", "thread", "panel"]) if (here[name]) query.set(name, here[name]);
  history.replaceState(null, "", `?${query}`);
  changed();
}

/** Show everything again, after a thread was opened or closed. */
export function redraw() {
  changed();
}

function settle() {
  const mine = myChannels();
  if (here.channel === HOME || mine.some((channel) => channel.id === here.channel)) return;
  here.channel = mine[0]?.id ?? "";
}

export const isDirect = (channel) => channel.id.startsWith("D");

/** The channels that the current person can see. */
export function myChannels() {
  return world.channels.filter((channel) => !channel.members?.length || channel.members.includes(here.user));
}

export const channelOf = (id) => world.channels.find((channel) => channel.id === id);
export const userOf = (id) => world.users.find((user) => user.id === id);

/** The people one can be: of this workspace, still there, and no bots. */
export function people() {
  const bot = botId();
  return world.users.filter(
    (user) => user.id !== bot && !user.is_bot && !user.deleted && user.id !== "USLACKBOT" && (user.team_id ?? world.team.id) === world.team.id,
  );
}

export const botId = () => world.bot?.user_id ?? world.bot?.id ?? "U0LINKBOT";
export const botName = () => world.bot?.real_name ?? nameOf(botId(), "Linkbot");

/** How to call a user, by id. */
export function nameOf(id, otherwise = id) {
  const user = userOf(id);
  return user?.profile?.real_name || user?.real_name || user?.name || otherwise;
}

/** How to call a channel: "#sales", or the bot's name for a direct message. */
export function channelName(id) {
  const channel = channelOf(id);
  if (!channel) return id;
  return isDirect(channel) ? botName() : channel.name;
}

/** The bot's home tab of the current person, if it has published one. */
export function myHome() {
  const homes = world.homes;
  if (Array.isArray(homes)) return homes.find((home) => (home.user ?? home.user_id) === here.user);
  return homes?.[here.user];
}

/** The open modal of the current person that lies on top. */
export function myView() {
  return listed(world.views).filter((view) => view.user === here.user).at(-1);
}
