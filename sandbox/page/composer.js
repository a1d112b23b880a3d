// The field to write in: Enter sends, Shift+Enter starts a new line.

import { el, iconButton } from "./dom.js";

/** A composer; `send(text)` answers whether the text was taken, otherwise it stays in the field. */
export function composer({ label, placeholder, hint, send }) {
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
  const form = el(
    "form",
    { class: "composer" },
    el("div", { class: "composer-row" }, field, iconButton("send", "Send", { type: "submit", class: "icon-button send" })),
    hint && el("div", { class: "hint" }, hint),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return form;
}
