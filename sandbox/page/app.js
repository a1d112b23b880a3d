// Puts the page together and keeps it live: fetch the state, show it, wait for the next change.

// As a module the first state is part of the page's load, so that even a plain headless screenshot shows it.
import first from "/_control/state" with { type: "json" };

import { showChannel } from "./channel.js";
import { composer } from "./composer.js";
import { control, look } from "./control.js";
import { showCrm } from "./crm.js";
import { el, icon, keyed } from "./dom.js";
import { takeDrops } from "./mailfile.js";
import { noteHome, showHome } from "./home.js";
import { showModal } from "./modal.js";
import { sendFiles, sendMessage } from "./sending.js";
import { showSidebar } from "./sidebar.js";
import { channelName, channelOf, go, here, isDirect, refresh, take, whenChanged, world } from "./store.js";
import { showTopbar } from "./topbar.js";

const RETRY_MS = 2000;

const part = (id) => document.getElementById(id);
const places = Object.fromEntries(
  ["sidebar", "topbar", "messages", "composer", "crm", "jump", "shade", "banner"].map((id) => [id, part(id)]),
);

function channelComposer(id) {
  const direct = isDirect({ id });
  return composer({
    label: `Message to ${channelName(id)}`,
    placeholder: `Message ${direct ? "" : "#"}${channelName(id)}`,
    hint: "Enter sends · Shift + Enter for a new line · /link help says how to use the bot",
    send: (text) => sendMessage({ channel: id, text }),
    upload: (files) => sendFiles({ channel: id, files }),
  });
}

function show() {
  document.body.dataset.panel = here.panel;
  document.title = `${channelOf(here.channel) ? channelName(here.channel) : "Linkbot"} · ${world.team.name ?? "Sandbox"}`;
  places.shade.hidden = !here.panel;
  showSidebar(places.sidebar);
  showTopbar(places.topbar);
  noteHome();
  if (here.channel === "home") showHome(places.messages);
  else showChannel(places.messages, places.jump);
  const item = { key: here.channel, signature: channelName(here.channel), build: () => channelComposer(here.channel) };
  keyed(places.composer, channelOf(here.channel) ? [item] : []);
  showCrm(places.crm);
  showConnection();
  showModal();
}

/** Say why nobody answers, while no bot is there. */
function showConnection() {
  const alone = world.connections === 0 && !world.events_url;
  places.banner.textContent = world.installed
    ? "Linkbot is not running, so nobody answers here yet."
    : "This workspace has not installed Linkbot, so nobody answers here. It installs it at the bot’s /slack/install.";
  places.banner.hidden = world.installed && !alone;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function live() {
  let { version } = first;
  for (;;) {
    try {
      const news = await look(`changes?since=${version}`);
      if (news.version !== version) await refresh();
      version = news.version;
      showConnection();
    } catch (problem) {
      places.banner.textContent = "The sandbox does not answer. Trying again…";
      places.banner.hidden = false;
      console.warn(problem);
      await pause(RETRY_MS);
    }
  }
}

function toTheEnd() {
  places.messages.scrollTop = places.messages.scrollHeight;
  places.jump.hidden = true;
}

places.jump.append(icon("down"), "New messages");
places.jump.addEventListener("click", toTheEnd);
places.messages.addEventListener("scroll", () => {
  const { scrollHeight, scrollTop, clientHeight } = places.messages;
  if (scrollHeight - scrollTop - clientHeight < 20) places.jump.hidden = true;
});
places.shade.addEventListener("click", () => go({ panel: "" }));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && here.panel) go({ panel: "" });
});

takeDrops(part("drop"));
// While a button is held down nothing is built anew: the click would be lost with the node that it began on.
let held = false;
let late = false;
document.addEventListener("pointerdown", () => (held = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(
    end,
    () => {
      held = false;
      if (late) setTimeout(show);
      late = false;
    },
    true,
  );
}

whenChanged(() => (held ? (late = true) : show()));
take(first);
live();
