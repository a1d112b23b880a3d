// The selects of Block Kit: whose options stand in the block, come from the bot, or are the workspace's people and channels.

import { chooser } from "./chooser.js";
import { channelName, isDirect, nameOf, people, world } from "./store.js";

const SLACKS_MINIMUM = 3;

const asOption = (value, text) => ({ value, text: { type: "plain_text", text, emoji: false } });
const groupsOf = (holder) => holder.option_groups ?? [{ options: holder.options ?? [] }];

function containing(groups, query) {
  const wanted = query.trim().toLocaleLowerCase();
  const fits = (option) => `${option.text.text} ${option.description?.text ?? ""}`.toLocaleLowerCase().includes(wanted);
  return groups.map((group) => ({ ...group, options: group.options.filter(fits) }));
}

const usersOffered = () => people().map((user) => asOption(user.id, nameOf(user.id)));
const channelsOffered = () =>
  world.channels.filter((channel) => !isDirect(channel)).map((channel) => asOption(channel.id, `#${channelName(channel.id)}`));

const WORKSPACE = {
  users: { offered: usersOffered, initial: (element) => element.initial_users ?? [element.initial_user] },
  channels: { offered: channelsOffered, initial: (element) => element.initial_channels ?? [element.initial_channel] },
  conversations: {
    offered: () => [...channelsOffered(), ...usersOffered()],
    initial: (element) => element.initial_conversations ?? [element.initial_conversation],
  },
};

function initial(element, kind) {
  const source = WORKSPACE[kind];
  if (source) return source.offered().filter((option) => source.initial(element).includes(option.value));
  return element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
}

function offerOf(kind, block, element, surface) {
  if (kind === "external") {
    const minimum = element.min_query_length ?? SLACKS_MINIMUM;
    return async (query) => {
      if (query.trim().length < minimum) return `Type ${minimum} or more letters to search`;
      const answer = await surface.suggest(block, element, query);
      return answer ? groupsOf(answer) : "The bot did not answer. Type again to retry";
    };
  }
  const groups = WORKSPACE[kind] ? [{ options: WORKSPACE[kind].offered() }] : groupsOf(element);
  return async (query) => containing(groups, query);
}

/** A select element, single or multi, of any source. */
export function select(block, element, surface) {
  const multi = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const values = (options) => options.map((option) => option.value);
  const field = chooser({
    label: block.label?.text ?? element.placeholder?.text ?? "Choose",
    placeholder: element.placeholder?.text ?? "Choose…",
    multi,
    most: element.max_selected_items,
    clearable: block.optional === true,
    chosen: surface.kept(block, element) ?? initial(element, kind),
    offer: offerOf(kind, block, element, surface),
    onchange: (options) => surface.choose(block, element, values(options)),
  });
  surface.field(block, element, {
    keep: () => field.read(),
    value: () => (multi ? values(field.read()) : (field.read()[0]?.value ?? null)),
  });
  return field.node;
}
