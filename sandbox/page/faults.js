// "Let something fail": what can be away, in plain words, as switches that set faults of the sandbox.

import { control, withdraw } from "./control.js";
import { el } from "./dom.js";
import { refresh, world } from "./store.js";

const SLOW_SECONDS = 8;
const AWAY = 503;
const REFUSED = { status: 401, code: "INVALID_TOKEN" };

// Of those of one service only one can be on. The narrower fault stands first: the first that fits strikes.
const SWITCHES = [
  { name: "onOffice is down", service: "onoffice", faults: [{ where: "onoffice", kind: "status", value: AWAY }] },
  { name: "onOffice is slow", service: "onoffice", faults: [{ where: "onoffice", kind: "slow", value: SLOW_SECONDS }] },
  { name: "The mailbox is away", service: "imap", faults: [{ where: "imap", kind: "status", value: AWAY }] },
  { name: "Zoho CRM is down", service: "zoho", faults: [{ where: "zoho", kind: "status", value: AWAY }] },
  { name: "Zoho refuses the token", service: "zoho", faults: [{ where: "zoho.token", kind: "status", value: "invalid_code" }, { where: "zoho", kind: "status", value: REFUSED }] },
  { name: "Slack is away", service: "slack", faults: [{ where: "slack", kind: "status", value: AWAY }] },
];

const written = ({ where, kind, value }) => JSON.stringify([where, kind, value]);
/** The faults that are set for good, as `written` has them. */
const lasting = () => new Set((world.faults ?? []).filter(({ times, rate }) => !times && rate === 1).map(written));
const isOn = ({ faults }, set) => faults.every((fault) => set.has(written(fault)));

/** The faults that are of no switch: set by another program, in the sandbox's own words. */
export function otherFaults() {
  const ours = new Set(SWITCHES.flatMap(({ faults }) => faults.map(written)));
  return (world.faults ?? []).filter((fault) => fault.times || fault.rate !== 1 || !ours.has(written(fault)));
}

async function turn({ service, faults }, on) {
  await withdraw(`faults?where=${service}`);
  if (on) for (const fault of faults) await control("faults", fault);
  await refresh();
}

const rows = SWITCHES.map((item) => {
  const box = el("input", { type: "checkbox", onchange: () => turn(item, box.checked) });
  return { item, box, node: el("label", {}, box, el("span", {}, item.name)) };
});
const count = el("span", { class: "count" });
const section = el(
  "details",
  { class: "failing" },
  el("summary", {}, "Let something fail", count),
  el("div", { class: "ticks" }, rows.map(({ node }) => node)),
  el("p", {}, "Switched off again, what waited goes on by itself; a link that failed has a button to try again."),
);

/** The section with the switches, as they are now. */
export function faultSwitches() {
  const set = lasting();
  for (const { item, box } of rows) box.checked = isOn(item, set);
  const on = rows.filter(({ box }) => box.checked).length;
  count.textContent = on ? `${on} on` : "";
  return section;
}
