// The bot's home tab of the current person.

import { blockNodes } from "./blocks.js";
import { control } from "./control.js";
import { el, keyed } from "./dom.js";
import { botName, here, myHome } from "./store.js";
import { viewSurface } from "./surfaces.js";

let openedBy = "";

/** Tell the bot once each time that a person opens its home tab, as Slack does. */
export function noteHome() {
  const visitor = here.channel === "home" ? here.user : "";
  if (visitor && visitor !== openedBy) control("home", { user: visitor });
  openedBy = visitor;
}

/** Show the home tab in place of a channel's messages. */
export function showHome(list) {
  const home = myHome();
  const view = home?.view ?? home;
  const build = () =>
    view?.blocks
      ? el("div", { class: "home" }, blockNodes(view.blocks, viewSurface({ id: view.id, ...view })))
      : el("div", { class: "empty" }, el("h2", {}, "No home tab yet"), el("p", {}, `${botName()} has not published one for you.`));
  keyed(list, [{ key: "home", signature: JSON.stringify([view, here.user]), build }]);
}
