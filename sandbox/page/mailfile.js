// A mail's file (.eml) that is chosen or dropped on the page: it arrives as a mail that the person forwards to the channel.

import { control } from "./control.js";
import { el } from "./dom.js";
import { encoded, sendFiles } from "./sending.js";
import { channelName, channelOf, go, here, isDirect, nameOf, refresh, world } from "./store.js";
import { toast } from "./toasts.js";

const MEGABYTE = 1024 * 1024;
const LARGEST = 25 * MEGABYTE;
// The bot reads these too, but a mail cannot be forwarded from them here: they come as files that the person uploads.
const UPLOADED = /\.(msg|mbox)$/i;

/** Why a file cannot be a mail; "" if it may be one. The sandbox looks at what is in it. */
function objection(file) {
  if (!file.size) return `“${file.name}” is empty, or a folder. Drop the file of one mail (.eml).`;
  if (file.size > LARGEST) return `“${file.name}” is too large (${Math.ceil(file.size / MEGABYTE)} MB): a mail may have ${LARGEST / MEGABYTE} MB.`;
  if (/\.eml$/i.test(file.name) || UPLOADED.test(file.name)) return "";
  return `“${file.name}” is not a mail. In your mail program save the mail as an .eml file, and drop that here.`;
}

/** Put the original where the office's mails lie, as if it had come there first, unless it lies there already. */
async function layInMailbox(messageId, content) {
  const box = world.mailboxes?.[0];
  const known = world.mailboxes?.some(({ mails }) => mails.some((mail) => messageId && mail.message_id === messageId));
  if (!box || known) return;
  await control("mailbox", { identity: box.identity, folder: box.folder, raw_base64: content });
}

async function forward(file, channel) {
  const content = await encoded(file);
  const arrived = await control("eml", { user: here.user, to_channel: channel, name: file.name, content_base64: content });
  if (!arrived) return false;
  await layInMailbox(arrived.message_id, content);
  toast(`${nameOf(here.user)} forwarded “${arrived.subject || "(no subject)"}” to #${channelName(channel)}.`, "note");
  return true;
}

/** Send the files of mails to the channel in view; answers whether one arrived. */
export async function sendMailFiles(files) {
  const channel = channelOf(here.channel);
  const direct = channel && isDirect(channel);
  if (!channel) {
    toast("Go to a channel first: a mail arrives in a channel.");
    return false;
  }
  let arrived = false;
  for (const file of files) {
    const problem = objection(file);
    if (problem) toast(problem);
    else if (direct || UPLOADED.test(file.name)) arrived = (await sendFiles({ channel: channel.id, files: [file] })) || arrived;
    else arrived = (await forward(file, channel.id)) || arrived;
  }
  if (arrived) {
    await refresh();
    go({ thread: "", panel: "" });
  }
  return arrived;
}

/** A button that lets the person choose files of mails; `sent()` is called once one has arrived. */
export function mailFileButton(sent) {
  const chosen = el("input", { type: "file", accept: ".eml,.msg,.mbox", multiple: true, hidden: true, tabIndex: -1 });
  chosen.addEventListener("change", async () => {
    const files = [...chosen.files];
    chosen.value = "";
    if (await sendMailFiles(files)) sent();
  });
  return [chosen, el("button", { type: "button", class: "button", onclick: () => chosen.click() }, "Choose a mail file (.eml)")];
}

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Take files that are dropped anywhere on the page; `sign` is what is shown while they hang over it. */
export function takeDrops(sign) {
  let inside = 0;
  const over = (step) => (event) => {
    if (!hasFiles(event)) return;
    inside += step;
    sign.textContent = channelOf(here.channel) ? `Drop the mail (.eml) to send it to ${isDirect(channelOf(here.channel)) ? "" : "#"}${channelName(here.channel)}` : "Go to a channel first";
    sign.hidden = inside <= 0;
  };
  document.addEventListener("dragenter", over(1));
  document.addEventListener("dragleave", over(-1));
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    inside = 0;
    sign.hidden = true;
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    sendMailFiles([...event.dataTransfer.files]);
  });
}
