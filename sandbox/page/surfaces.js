// Where blocks stand, in a message or in a view, decides whom a press or a choice is told. Every choice is told to the
// sandbox, which passes it on to the bot only where Slack would.

import { control } from "./control.js";
import { here } from "./store.js";

/** The surface of a message's blocks. */
export function messageSurface(message) {
  const place = { channel: message.channel, ts: message.ts };
  return {
    press: (block, element) =>
      control("press", { user: here.user, ...place, action_id: element.action_id, block_id: block.block_id }),
    choose: (block, element, values) =>
      control("select", { user: here.user, ...place, action_id: element.action_id, block_id: block.block_id, values }),
    suggest: (block, element, value) => control("suggest", { user: here.user, ...place, action_id: element.action_id, value }),
    field: () => {},
    kept: () => undefined,
  };
}

const nameOfField = (block, element) => `${block.block_id}/${element.action_id}`;

/** The surface of a view's blocks. `kept` are the inputs of the view before its update: what was typed stays. */
export function viewSurface(view, kept = new Map(), errors = {}) {
  const fields = new Map();
  const place = { view_id: view.id };
  return {
    fields,
    press: (block, element) =>
      control("press", { user: here.user, ...place, action_id: element.action_id, block_id: block.block_id }),
    choose: (block, element, values) =>
      control("select", { user: here.user, ...place, action_id: element.action_id, block_id: block.block_id, values }),
    suggest: (block, element, value) => control("suggest", { user: here.user, ...place, action_id: element.action_id, value }),
    field: (block, element, reader) => fields.set(nameOfField(block, element), { block, element, ...reader }),
    kept: (block, element) => kept.get(nameOfField(block, element)),
    errorOf: (block) => errors[block.block_id],
  };
}

/** What the inputs of a surface hold now, in the form that `viewSurface` takes as `kept`. */
export const keptOf = (surface) => new Map([...surface.fields].map(([name, field]) => [name, field.keep()]));

/** What a submit carries: {block_id: {action_id: value}}. */
export function valuesOf(surface) {
  const values = {};
  for (const { block, element, value } of surface.fields.values()) {
    (values[block.block_id] ??= {})[element.action_id] = value();
  }
  return values;
}
