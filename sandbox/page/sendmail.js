// "Send a mail": a mail of the seeds, or one of the person's own, arrives in a channel as Slack's mail integration delivers it.

import { control, look } from "./control.js";
import { openDialog } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { mailFileButton } from "./mailfile.js";
import { channelName, channelOf, go, here, isDirect, myChannels, nameOf, userOf } from "./store.js";
import { toast } from "./toasts.js";

const LANGUAGES = { de: "German", en: "English" };

function channelPicker() {
  const channels = myChannels().filter((channel) => !isDirect(channel));
  return el(
    "select",
    { name: "to_channel" },
    channels.map((channel) => el("option", { value: channel.id, selected: channel.id === here.channel }, `#${channel.name}`)),
  );
}

function seedRow(seed, send) {
  const { from, to_channel } = seed.mail;
  const sender = from.replace(/\s*<.*/, "");
  const facts = [sender, `#${channelName(to_channel)}`, LANGUAGES[seed.language] ?? seed.language];
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "seed", onclick: () => send(seed.mail) },
      icon("mail"),
      el("span", {}, el("b", {}, seed.title), el("small", {}, facts.filter(Boolean).join(" · "))),
    ),
  );
}

function field(label, name, attributes = {}, tag = "input") {
  return el("label", { class: "field" }, el("span", {}, label), el(tag, { name, required: true, ...attributes }));
}

function ownMail(send) {
  const me = userOf(here.user);
  const address = me?.profile?.email ?? me?.email ?? "";
  const form = el(
    "form",
    { class: "own-mail" },
    el("label", { class: "field" }, el("span", {}, "Arrives in"), channelPicker()),
    field("From", "from", { placeholder: "Max Mustermann <max.mustermann@example.de>" }),
    field("To", "to", { value: address ? `${nameOf(here.user)} <${address}>` : "" }),
    field("Subject", "subject", {}),
    field("Text", "text", { rows: 6 }, "textarea"),
    el("button", { type: "submit", class: "button primary" }, "Send this mail"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(Object.fromEntries(new FormData(form)));
  });
  return form;
}

async function drawer() {
  try {
    return (await look("seeds")).mails.filter(({ mail }) => channelOf(mail.to_channel));
  } catch {
    toast("The mails could not be fetched. Is the sandbox still running?");
    return [];
  }
}

/** Open the dialog in which a mail is picked or written. */
export async function openMailDialog() {
  const send = async (mail) => {
    if (!(await control("mail", mail))) return;
    close();
    go({ channel: mail.to_channel, thread: "", panel: "" });
  };
  const seeds = await drawer();
  const body = el(
    "div",
    { class: "dialog-body" },
    el("h3", {}, "Pick one, and it arrives in its channel"),
    el("ul", { class: "seeds" }, seeds.map((seed) => seedRow(seed, send))),
    el("h3", {}, "Or a mail of your own"),
    el("p", { class: "note" }, "Its file, as your mail program saves it. You can also drop it anywhere on the page."),
    mailFileButton(() => close()),
    el("details", { open: !seeds.length }, el("summary", {}, "Write one of your own"), ownMail(send)),
  );
  const { close } = openDialog("Send a mail", body, { className: "mails" });
}
