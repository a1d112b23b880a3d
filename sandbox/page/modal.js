// The open view of the current person as a dialog: inputs, errors below their fields, submit and close.

import { blockNodes } from "./blocks.js";
import { control } from "./control.js";
import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { here, myView } from "./store.js";
import { keptOf, valuesOf, viewSurface } from "./surfaces.js";

let open = null;
// Views that this person has just closed; the state may still name them for a moment.
const leaving = new Set();

const signatureOf = (view) => JSON.stringify([view.id, view.hash, view.title, view.blocks, here.user]);

/** What Slack's own client asks for before it sends anything. */
function missing(surface) {
  const fields = [...surface.fields.values()];
  const empty = ({ block, value }) => block.type === "input" && !block.optional && [null, 0].includes(value()?.length ?? null);
  return Object.fromEntries(fields.filter(empty).map(({ block }) => [block.block_id, "Please fill this in."]));
}

async function submit(view) {
  const { surface } = open;
  const gaps = missing(surface);
  if (Object.keys(gaps).length) {
    show(view, gaps);
    return;
  }
  const answer = await control("submit", { user: here.user, view_id: view.id, values: valuesOf(surface) });
  const errors = answer?.ack?.errors;
  if (errors && open?.view.id === view.id) show(view, errors);
}

function form(view, surface) {
  const node = el(
    "form",
    { class: "dialog-rest", novalidate: true },
    el("div", { class: "dialog-body" }, blockNodes(view.blocks ?? [], surface)),
    el(
      "footer",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "button", onclick: leave }, textOf(view.close ?? "Close")),
      view.submit && el("button", { type: "submit", class: "button primary" }, textOf(view.submit)),
    ),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(view);
  });
  return node;
}

async function leave() {
  const { view } = open;
  put(null);
  leaving.add(view.id);
  if (!(await control("close", { user: here.user, view_id: view.id }))) leaving.delete(view.id);
}

function put(next) {
  open?.close();
  open = next;
}

function show(view, errors) {
  const kept = open?.view.id === view.id ? keptOf(open.surface) : new Map();
  const focused = open?.view.id === view.id ? document.activeElement?.dataset?.action : null;
  const surface = viewSurface(view, kept, errors);
  const { dialog, close } = openDialog(view.title?.text ?? "", form(view, surface), { onclose: leave, className: "view" });
  put({ view, surface, close, signature: signatureOf(view) });
  const wrong = dialog.querySelector(".wrong input, .wrong textarea");
  const same = focused && dialog.querySelector(`[data-action="${CSS.escape(focused)}"]`);
  (wrong ?? same ?? dialog.querySelector(".dialog-body input, .dialog-body textarea"))?.focus({ preventScroll: !wrong });
}

/** Show, update or take away the dialog, as the state says. */
export function showModal() {
  const view = myView();
  if (!view || leaving.has(view.id)) put(null);
  else if (open?.signature !== signatureOf(view)) show(view, {});
}
