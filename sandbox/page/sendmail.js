// "Send a mail": a mail of the seeds, or one of the person's own, arrives in a channel as Slack's mail integration delivers it.

import { control, look } from "./control.js";
import { openDialog } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { go, here, isDirect, myChannels, nameOf, userOf } from "./store.js";
import { toast } from "./toasts.js";

const LANGUAGES = { de: "German", en: "English" };

function channelPicker() {
  const channels = myChannels().filter((channel) => !isDirect(channel));
  return el(
    "select",
    { "aria-label": "Channel" },
    channels.map((channel) => el("option", { value: channel.id, selected: channel.id === here.channel }, `#${channel.name}`)),
  );
}

function seedRow(seed, send) {
  const { subject, from } = seed.mail;
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "seed", onclick: () => send(seed.mail) },
      icon("mail"),
      el("span", {}, el("b", {}, seed.title), el("small", {}, [from, subject].filter(Boolean).join(" · "))),
      el("span", { class: "tag" }, LANGUAGES[seed.language] ?? seed.language ?? ""),
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

/** Open the dialog in which a mail is picked or written. */
export async function openMailDialog() {
  const channels = channelPicker();
  const list = el("ul", { class: "seeds" }, el("li", { class: "note" }, "Loading the mails…"));
  const send = async (mail) => {
    const channel = channels.value;
    if (!(await control("mail", { ...mail, to_channel: channel }))) return;
    close();
    go({ channel, thread: "", panel: "" });
  };
  const body = el(
    "div",
    { class: "dialog-body" },
    el("label", { class: "field" }, el("span", {}, "Arrives in"), channels),
    el("h3", {}, "Pick a mail"),
    list,
    el("details", {}, el("summary", {}, "Write one of your own"), ownMail(send)),
  );
  const { close } = openDialog("Send a mail", body, { className: "mails" });
  try {
    const { mails } = await look("seeds");
    list.replaceChildren(...mails.map((seed) => seedRow(seed, send)));
  } catch {
    list.replaceChildren(el("li", { class: "note" }, "The mails could not be fetched. Close this and try again."));
    toast("The sandbox did not answer (seeds). Is it still running?");
  }
}
