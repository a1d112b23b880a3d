// The field to write in: Enter sends, Shift+Enter starts a new line; files can be chosen or dropped on it.

import { el, iconButton } from "./dom.js";

/** The button that lets a person choose files, and the dropping of files on `form`. */
function attaching(form, upload) {
  const chosen = el("input", { type: "file", multiple: true, hidden: true, tabIndex: -1 });
  chosen.addEventListener("change", () => {
    upload([...chosen.files]);
    chosen.value = "";
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    upload([...event.dataTransfer.files]);
  });
  return [chosen, iconButton("clip", "Upload a file", { class: "icon-button send", onclick: () => chosen.click() })];
}

/**
 * A composer; `send(text)` answers whether the text was taken, otherwise it stays in the field; `upload(files)` sends
 * files, where the person can add any.
 */
export function composer({ label, placeholder, hint, send, upload }) {
  const field = el("textarea", { rows: 1, placeholder, "aria-label": label });
  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const submit = async () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    grow();
    if (!(await send(text)) && !field.value) field.value = text;
  };
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  const form = el("form", { class: "composer" });
  const buttons = [upload && attaching(form, upload), iconButton("send", "Send", { type: "submit", class: "icon-button send" })];
  form.append(...[el("div", { class: "composer-row" }, field, buttons), hint && el("div", { class: "hint" }, hint)].filter(Boolean));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return form;
}
