// The interactive elements of Block Kit but for the selects. A `surface` (see surfaces.js) carries out what the person does.

import { confirmed } from "./dialogs.js";
import { el, freshId, icon } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { menu } from "./popups.js";
import { select } from "./selects.js";

function button(block, element, surface) {
  const press = async () => {
    if (!(await confirmed(element.confirm))) return;
    if (element.url) window.open(element.url, "_blank", "noopener");
    node.setAttribute("aria-busy", "true");
    await surface.press(block, element);
    node.removeAttribute("aria-busy");
  };
  const node = el(
    "button",
    { type: "button", class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label,
      "data-action": element.action_id, onclick: press },
    textOf(element.text),
  );
  return node;
}

function overflow(block, element, surface) {
  const choose = (option) => async () => {
    if (!(await confirmed(element.confirm))) return;
    if (option.url) window.open(option.url, "_blank", "noopener");
    await surface.choose(block, element, [option.value]);
  };
  const items = element.options.map((option) => ({ label: textOf(option.text), act: choose(option) }));
  const node = el(
    "button",
    { type: "button", class: "icon-button", title: "More", "aria-label": "More", "aria-haspopup": "menu",
      "data-action": element.action_id, onclick: () => menu(node, items) },
    icon("more"),
  );
  return node;
}

/** Checkboxes and radio buttons: the same field but for how many can be ticked. */
function ticks(type, block, element, surface) {
  const name = freshId("ticks");
  const before = surface.kept(block, element) ?? (element.initial_options ?? [element.initial_option]).filter(Boolean);
  const inputs = element.options.map((option) =>
    el("input", { type, name, value: option.value, checked: before.some((other) => other.value === option.value) }),
  );
  const ticked = () => element.options.filter((_, number) => inputs[number].checked);
  const values = () => ticked().map((option) => option.value);
  for (const input of inputs) {
    input.addEventListener("change", async () => {
      if (await confirmed(element.confirm)) await surface.choose(block, element, values());
      else input.checked = !input.checked;
    });
  }
  surface.field(block, element, { keep: ticked, value: () => (type === "radio" ? (values()[0] ?? null) : values()) });
  return el(
    "div",
    { class: "ticks", role: type === "radio" ? "radiogroup" : "group", "aria-label": block.label?.text },
    element.options.map((option, number) =>
      el("label", {}, inputs[number],
        el("span", {}, textOf(option.text), option.description && el("small", {}, textOf(option.description)))),
    ),
  );
}

const INPUT_TYPES = {
  plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text",
  datepicker: "date", timepicker: "time",
};

function input(block, element, surface) {
  const multiline = element.multiline === true;
  const type = INPUT_TYPES[element.type];
  const node = el(multiline ? "textarea" : "input", {
    type: multiline ? null : type,
    inputmode: element.type === "number_input" ? "decimal" : null,
    rows: multiline ? 5 : null,
    maxlength: element.max_length,
    placeholder: element.placeholder?.text,
    "aria-label": block.label?.text ?? element.placeholder?.text ?? "Text",
    "data-action": element.action_id,
    value: surface.kept(block, element) ?? element.initial_value ?? element.initial_date ?? element.initial_time ?? "",
  });
  const picked = type === "date" || type === "time";
  const report = () => surface.choose(block, element, [node.value]);
  if (picked || !block.dispatch_action) node.addEventListener("change", report);
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (!picked && block.dispatch_action) {
    if (triggers.includes("on_character_entered")) node.addEventListener("input", report);
    if (triggers.includes("on_enter_pressed")) {
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        report();
      });
    }
  }
  surface.field(block, element, { keep: () => node.value, value: () => node.value || null });
  return node;
}

/** The node of one element, or nothing for a kind that this page does not know. */
export function elementNode(block, element, surface) {
  if (element.type === "button") return button(block, element, surface);
  if (element.type === "overflow") return overflow(block, element, surface);
  if (element.type === "checkboxes") return ticks("checkbox", block, element, surface);
  if (element.type === "radio_buttons") return ticks("radio", block, element, surface);
  if (element.type === "image") return picture(element);
  if (element.type in INPUT_TYPES) return input(block, element, surface);
  if (element.type.endsWith("_select")) return select(block, element, surface);
  return null;
}

/** A picture's place. Pictures of other hosts are not fetched (the page loads nothing from outside); then its text stands there. */
export function picture(element) {
  const file = element.slack_file?.id;
  const url = file ? `${location.origin}/_control/picture/${file}` : element.image_url ?? "";
  const own = url.startsWith("data:image/") || url.startsWith(`${location.origin}/`);
  if (own) return el("img", { src: url, alt: element.alt_text });
  return el("span", { class: "no-picture", title: url }, element.alt_text || "Picture");
}
