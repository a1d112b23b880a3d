// What a person typed, on its way to the workspace: a message as Slack writes it down, or a slash command.

import { control } from "./control.js";
import { botId, botName, here, people, nameOf } from "./store.js";
import { toast } from "./toasts.js";

const COMMAND = "/link";

/** Typed text with @names as the mentions that Slack's own client makes of them; the workspace escapes the rest. */
export function withMentions(typed) {
  const known = [[botName(), botId()], ...people().map((user) => [nameOf(user.id), user.id])];
  const written = (name) => new RegExp(`@${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "giu");
  return known.reduce((sofar, [name, id]) => sofar.replaceAll(written(name), `<@${id}>`), typed);
}

/** The bytes of a file, in base64. */
export function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Post files from the person's computer; answers whether they were taken. */
export async function sendFiles({ channel, files }) {
  const sent = await Promise.all(files.map(async (file) => ({ filename: file.name, content_base64: await encoded(file) })));
  return sent.length > 0 && Boolean(await control("message", { user: here.user, channel, text: "", files: sent }));
}

/** Send a message, or the slash command that it is; answers whether it was taken. */
export async function sendMessage({ channel, text, thread_ts }) {
  if (!text.startsWith("/")) {
    return Boolean(await control("message", { user: here.user, channel, text: withMentions(text), ...(thread_ts && { thread_ts }) }));
  }
  const [command, ...rest] = text.split(/(?<=^\S+)\s+/);
  if (command !== COMMAND) {
    toast(`${command} is not a command here. The bot's command is ${COMMAND}.`);
    return false;
  }
  if (thread_ts) {
    toast("Slash commands do not work in threads. Type it in the field at the foot of the channel.");
    return false;
  }
  return Boolean(await control("command", { user: here.user, channel, text: rest.join(" ") }));
}
