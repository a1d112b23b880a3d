// The browser's own modal dialogs: focus stays inside, Escape closes.

import { el, iconButton } from "./dom.js";
import { textOf } from "./mrkdwn.js";

/** Open a dialog with a title bar; `onclose` is called when the person leaves it. Answers {dialog, close}. */
export function openDialog(title, body, { onclose, className = "" } = {}) {
  const dialog = el("dialog", { class: `dialog ${className}`, "aria-label": title });
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const leave = () => {
    close();
    onclose?.();
  };
  dialog.append(
    el("header", { class: "dialog-head" }, el("h2", {}, title), iconButton("close", "Close", { onclick: leave })),
    body,
  );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close };
}

/** Ask before an action that carries a Block Kit `confirm` object; answers whether to go on. */
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      close();
      resolve(yes);
    };
    const style = question.style === "danger" ? "danger" : "primary";
    const body = [
      el("div", { class: "dialog-body text" }, textOf(question.text)),
      el(
        "footer",
        { class: "dialog-foot" },
        el("button", { type: "button", class: "button", onclick: answer(false) }, textOf(question.deny ?? "Cancel")),
        el("button", { type: "button", class: `button ${style}`, onclick: answer(true), autofocus: true }, textOf(question.confirm ?? "Yes")),
      ),
    ];
    const { close } = openDialog(question.title?.text ?? "Are you sure?", el("div", { class: "dialog-rest" }, body), {
      className: "small confirm",
      onclose: () => resolve(false),
    });
  });
}
