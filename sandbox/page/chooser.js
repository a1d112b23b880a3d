// One field for all selects of Block Kit: type to narrow down, arrows and Enter to choose, chips for several.

import { el, freshId, icon, iconButton } from "./dom.js";
import { textOf } from "./mrkdwn.js";
import { place } from "./popups.js";

const PAUSE_MS = 150;

const textIn = (option) => option.text?.text ?? option.value;

/**
 * `offer(query)` answers groups of options ([{label, options}]) or a string: a note in place of options.
 * `onchange(options)` is called after each choice. `most` is how many can be chosen; `clearable` whether the only one
 * can be taken back. Answers {node, read}; `read()` gives the options chosen.
 */
export function chooser({ label, placeholder, multi = false, most = Infinity, clearable = false, chosen = [], offer, onchange }) {
  let options = [];
  let marked = -1;
  let asked = 0;
  let pause = 0;
  const listId = freshId("options");
  const list = el("div", { class: "popup options", role: "listbox", id: listId, popover: "manual", "aria-label": label });
  const chips = el("span", { class: "chips" });
  const input = el("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder,
    "aria-label": label, "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list",
  });
  const clear = iconButton("close", `Clear: ${label}`, { class: "icon-button clear", hidden: true, onclick: () => settle([]) });
  const node = el("div", { class: "chooser" }, multi && chips, input, clear, icon("chevron"), list);
  const isOpen = () => list.matches(":popover-open");

  /** What was typed to search goes; the name of what is chosen stands there again. */
  function forgetQuery() {
    input.value = !multi && chosen[0] ? textIn(chosen[0]) : "";
  }

  function showChosen() {
    forgetQuery();
    clear.hidden = multi || !clearable || !chosen.length;
    if (!multi) return;
    chips.replaceChildren(
      ...chosen.map((option) =>
        el("span", { class: "chip" }, textIn(option), iconButton("close", `Remove ${textIn(option)}`, { onclick: () => toggle(option) })),
      ),
    );
  }

  function toggle(option) {
    const had = chosen.some((other) => other.value === option.value);
    if (!multi) settle([option], !had);
    else if (had) settle(chosen.filter((other) => other.value !== option.value));
    else if (chosen.length < most) settle([...chosen, option]);
    else fill(`No more than ${most} can be chosen`);
  }

  function settle(options, isNew = true) {
    chosen = options;
    close();
    showChosen();
    if (isNew) onchange(chosen);
  }

  function mark(number) {
    const rows = [...list.querySelectorAll("[role=option]")];
    if (!rows.length) return;
    marked = (number + rows.length) % rows.length;
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === marked)));
    rows[marked].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[marked].id);
  }

  function row(option) {
    options.push(option);
    const picked = chosen.some((other) => other.value === option.value);
    return el(
      "div",
      { role: "option", id: freshId("option"), class: picked ? "picked" : "", "aria-selected": "false",
        onpointerdown: (event) => { event.preventDefault(); toggle(option); } },
      el("span", {}, textOf(option.text)),
      option.description && el("small", {}, textOf(option.description)),
    );
  }

  function fill(offered) {
    options = [];
    marked = -1;
    input.removeAttribute("aria-activedescendant");
    const note = typeof offered === "string" ? offered : offered.some((group) => group.options.length) ? "" : "Nothing found";
    list.replaceChildren(
      ...(note ? [el("div", { class: "note" }, note)] : offered.flatMap((group) => [
        ...(group.label ? [el("div", { class: "group" }, textOf(group.label))] : []),
        ...group.options.map(row),
      ])),
    );
    place(list, node, { stretch: true });
    mark(0);
  }

  async function open(query) {
    const mine = (asked += 1);
    if (!isOpen()) list.showPopover();
    input.setAttribute("aria-expanded", "true");
    if (!list.childElementCount) list.append(el("div", { class: "note" }, "Loading…"));
    place(list, node, { stretch: true });
    const offered = await offer(query);
    // A slower answer to what was typed earlier must not replace a newer one.
    if (mine === asked && isOpen()) fill(offered);
  }

  function close() {
    asked += 1;
    clearTimeout(pause);
    if (isOpen()) list.hidePopover();
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
  }

  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => open(input.value), PAUSE_MS);
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => isOpen() || open(""));
  input.addEventListener("blur", () => {
    close();
    forgetQuery();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (isOpen()) mark(marked + (event.key === "ArrowDown" ? 1 : -1));
      else open("");
    } else if (event.key === "Enter") {
      if (isOpen() && options[marked]) toggle(options[marked]);
      else if (!isOpen()) open("");
    } else if (event.key === "Escape" && isOpen()) {
      close();
      forgetQuery();
    } else if (event.key === "Backspace" && multi && !input.value && chosen.length) {
      toggle(chosen.at(-1));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  showChosen();
  return { node, read: () => chosen };
}
