// The panel at the right: what the stand-in CRMs and mailboxes hold now, what was called, and what the bot did wrong.

import { control } from "./control.js";
import { confirmed } from "./dialogs.js";
import { el, icon, iconButton, keyed } from "./dom.js";
import { faultSwitches, otherFaults } from "./faults.js";
import { go, refresh, world } from "./store.js";

const idOf = (record) => String(record.id ?? record.Id);
const found = (records, id) => records?.find((record) => idOf(record) === String(id));
const joined = (words, separator = " ") => words.filter(Boolean).join(separator);

/** How people call an address of onOffice. */
function addressName(id) {
  const row = found(world.onoffice?.addresses, id);
  return row ? joined([row.Vorname, row.Name]) || row.Zusatz1 || `address ${id}` : `address ${id}`;
}

/** How people call an estate of onOffice. */
function estateName(id) {
  const row = found(world.onoffice?.estates, id);
  if (!row) return `estate ${id}`;
  return joined([row.objekttitel, joined([row.strasse, row.hausnummer])], ", ") || `estate ${id}`;
}

function zohoName(module, id) {
  const row = found(world.zoho?.records?.[module], id);
  const name = row && (row.Full_Name || joined([row.First_Name, row.Last_Name]) || row.Deal_Name || row.Account_Name);
  return typeof name === "string" ? name : (name?.name ?? `${module} ${id}`);
}

function subjectOf(messageId) {
  const bare = (id) => String(id ?? "").replace(/^<|>$/g, "");
  for (const box of world.mailboxes ?? []) {
    const mail = box.mails.find((other) => bare(other.message_id) === bare(messageId));
    if (mail) return mail.subject;
  }
  return bare(messageId);
}

const fact = (kind, name) => el("div", { class: "fact" }, el("span", { class: "kind" }, kind), el("span", {}, name));
const heading = (drawing, text) => el("div", { class: "holds" }, icon(drawing), el("b", {}, text || "(no subject)"));

function onofficeItems() {
  const links = world.onoffice?.links ?? [];
  return links.map((link) => {
    const addresses = (link.addressIds ?? []).map((id) => ["Address", addressName(id)]);
    const estates = [link.estateid].flat().filter(Boolean).map((id) => ["Estate", estateName(id)]);
    const rows = [...addresses, ...estates];
    return { signature: JSON.stringify([link, rows]), build: () => [heading("mail", subjectOf(link.messageid)), rows.map(([kind, name]) => fact(kind, name)), el("small", {}, link.identity)] };
  });
}

function zohoItems() {
  const emails = world.zoho?.emails ?? [];
  const singular = (module) => module.replace(/s$/, "");
  return emails.map((email) => {
    const rows = [[singular(email.module), zohoName(email.module, email.record_id)]];
    const beside = email.linked_record;
    if (beside?.id) {
      const module = beside.module?.api_name ?? beside.module ?? "Deals";
      rows.push([singular(module), beside.name ?? zohoName(module, beside.id)]);
    }
    return { signature: JSON.stringify([email, rows]), build: () => [heading("mail", email.subject), rows.map(([kind, name]) => fact(kind, name))] };
  });
}

function mailboxItems() {
  const boxes = (world.mailboxes ?? []).filter((box) => box.mails.length);
  return boxes.map((box) => ({
    signature: JSON.stringify(box),
    build: () => [
      el("div", { class: "holds" }, el("b", {}, box.folder), el("small", {}, box.identity)),
      box.mails.map((mail) => el("div", { class: "line" }, mail.subject || "(no subject)")),
    ],
  }));
}

function logItems() {
  const entries = world.onoffice?.agentslog ?? [];
  return entries.map((entry) => {
    const rows = [entry.Adress_nr && ["Address", addressName(entry.Adress_nr)], entry.Objekt_nr && ["Estate", estateName(entry.Objekt_nr)]].filter(Boolean);
    const what = joined([entry.Aktionsart, entry.Bemerkung], ": ");
    return { signature: JSON.stringify([entry, rows]), build: () => [heading("reply", what), rows.map(([kind, name]) => fact(kind, name)), el("small", {}, entry.Datum)] };
  });
}

function callItems() {
  const calls = Object.entries(world.counters ?? {}).sort(([one], [other]) => one.localeCompare(other));
  return calls.map(([name, count]) => ({ signature: `${name} ${count}`, build: () => [el("div", { class: "call" }, el("code", {}, name), el("span", {}, String(count)))] }));
}

function faultItems() {
  return otherFaults().map((fault) => ({
    signature: JSON.stringify(fault),
    build: () => [el("div", { class: "line" }, `${fault.where} fails: ${joined([fault.kind, fault.value])}${fault.times ? `, ${fault.times} more times` : ""}`)],
  }));
}

function violationItems() {
  return (world.violations ?? []).map((violation) => ({
    signature: JSON.stringify(violation),
    build: () => [el("b", {}, String(violation.kind ?? "violation")), el("div", { class: "line" }, String(violation.detail ?? JSON.stringify(violation)))],
  }));
}

// title, its items, what stands there when there are none (undefined: then the section is left out), open at first
const SECTIONS = [
  { title: "What went wrong", items: violationItems, wrong: true, open: true },
  { title: "onOffice: linked mails", items: onofficeItems, empty: "No mail is linked yet.", open: true },
  { title: "onOffice: activities", items: logItems, open: false },
  { title: "Zoho CRM: e-mails on records", items: zohoItems, empty: "No e-mail is on a record yet.", open: true },
  { title: "Mailboxes", items: mailboxItems, empty: "The mailboxes are empty.", open: false },
  { title: "Other failures set", items: faultItems, open: true },
  { title: "Calls", items: callItems, empty: "Nothing was called yet.", open: false },
];

const shells = SECTIONS.map((section) => {
  const count = el("span", { class: "count" });
  const list = el("ul");
  const node = el("details", { class: section.wrong ? "wrong" : "", open: section.open }, el("summary", {}, section.title, count), list);
  return { section, count, list, node };
});

async function startAnew() {
  const yes = await confirmed({
    title: { text: "Start anew?" },
    text: { type: "plain_text", text: "All messages and links of this sandbox go back to how they were at the start." },
    confirm: { type: "plain_text", text: "Start anew" },
    deny: { type: "plain_text", text: "Keep everything" },
    style: "danger",
  });
  if (yes && (await control("reset", {}))) await refresh();
}

let frame = null;

/** Bring the panel up to date. */
export function showCrm(place) {
  if (!frame) {
    frame = [
      el("header", {}, el("h2", {}, "What the CRMs hold now"), iconButton("close", "Close", { class: "icon-button medium", onclick: () => go({ panel: "" }) })),
      ...shells.map((shell) => shell.node),
      faultSwitches(),
      el("footer", {}, el("button", { type: "button", class: "button", onclick: startAnew }, "Start anew")),
    ];
    place.append(...frame);
  }
  faultSwitches();
  for (const { section, count, list, node } of shells) {
    const items = section.items();
    node.hidden = !items.length && section.empty === undefined;
    count.textContent = String(items.length);
    const none = { key: "none", signature: "", build: () => el("li", { class: "none" }, section.empty) };
    keyed(list, items.length ? items.map((item, number) => ({ key: number, signature: item.signature, build: () => el("li", {}, item.build()) })) : [none]);
  }
}
