// Files of messages: a mail as a card with its text to unfold, any other file as a chip.

import { el, icon } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const LINES_SHOWN = 7;
const LETTERS_SHOWN = 480;

const people = (list) => (list ?? []).map((person) => person.original || person.name || person.address).filter(Boolean).join(", ");

/** The words of an HTML text: parsed as an inert document, in which nothing runs and nothing is fetched. */
function wordsOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

const textOfMail = (file) =>
  (file.plain_text || file.preview_plain_text || wordsOf(file.preview || file.simplified_html || "")).trim();

function shortened(text) {
  const lines = text.split("\n");
  const short = lines.slice(0, LINES_SHOWN).join("\n").slice(0, LETTERS_SHOWN).trimEnd();
  return short.length < text.length ? `${short} …` : null;
}

function body(text) {
  const short = shortened(text);
  const words = el("div", { class: "mail-text" }, short ?? text);
  if (!short) return words;
  const button = el("button", { type: "button", class: "plain-button", "aria-expanded": "false" }, "Show the whole mail");
  button.addEventListener("click", () => {
    const unfold = button.getAttribute("aria-expanded") === "false";
    words.textContent = unfold ? text : short;
    button.textContent = unfold ? "Show less" : "Show the whole mail";
    button.setAttribute("aria-expanded", String(unfold));
  });
  return [words, button];
}

const size = (bytes) => (bytes > 999_999 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`);

function chip(name, bytes) {
  return el("span", { class: "file-chip" }, icon("clip"), name, Number.isFinite(bytes) && el("small", {}, size(bytes)));
}

function mail(file) {
  const rows = [["From", people(file.from)], ["To", people(file.to)], ["Cc", people(file.cc)], ["Date", file.headers?.date]];
  return el(
    "article",
    { class: "mail", "aria-label": `E-mail: ${file.subject || file.title}` },
    el("header", {}, icon("mail"), el("h4", {}, file.subject || file.title || "(no subject)")),
    el("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    body(textOfMail(file)),
    file.attachments?.length &&
      el("div", { class: "chips" }, file.attachments.map((attachment) => chip(attachment.filename, attachment.size))),
  );
}

/** The node of one file of a message. */
export function fileNode(file) {
  if (file.mode === "email" || file.filetype === "email") return mail(file);
  if (file.file_access === "check_file_info") return chip("A file of another workspace");
  return chip(file.name || file.title || file.id, file.size);
}

/** A message that was shared into the channel, or an old-style attachment. */
export function attachmentNode(attachment) {
  return el(
    "div",
    { class: "shared" },
    attachment.author_name && el("b", {}, attachment.author_name),
    el("div", { class: "text" }, mrkdwn(attachment.text || attachment.fallback || "")),
    (attachment.files ?? []).map(fileNode),
  );
}
