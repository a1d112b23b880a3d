// The short names of the emoji that bots commonly write; any other :name: stays as it was written.

const COMMON = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_down: "⬇️", arrow_left: "⬅️", arrow_right: "➡️", arrow_up: "⬆️",
  arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️", bell: "🔔", bookmark: "🔖", books: "📚", briefcase: "💼",
  bug: "🐛", bulb: "💡", bust_in_silhouette: "👤", busts_in_silhouette: "👥", calendar: "📅", card_index: "📇",
  clipboard: "📋", clock1: "🕐", construction: "🚧", department_store: "🏬", email: "📧", "e-mail": "📧", envelope: "✉️",
  envelope_with_arrow: "📩", exclamation: "❗", eyes: "👀", file_folder: "📁", gear: "⚙️", grey_question: "❔",
  hammer_and_wrench: "🛠️", heavy_check_mark: "✔️", heavy_multiplication_x: "✖️", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", house: "🏠", house_with_garden: "🏡", houses: "🏘️", inbox_tray: "📥",
  incoming_envelope: "📨", information_source: "ℹ️", key: "🔑", label: "🏷️", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_yellow_circle: "🟡", leftwards_arrow_with_hook: "↩️", link: "🔗", lock: "🔒", mag: "🔍",
  mailbox: "📫", mailbox_with_mail: "📬", memo: "📝", moneybag: "💰", no_entry: "⛔", no_entry_sign: "🚫",
  office: "🏢", ok: "🆗", ok_hand: "👌", outbox_tray: "📤", page_facing_up: "📄", paperclip: "📎", pencil: "📝",
  pencil2: "✏️", phone: "☎️", pray: "🙏", pushpin: "📌", question: "❓", raised_hands: "🙌", recycle: "♻️",
  red_circle: "🔴", repeat: "🔁", robot_face: "🤖", rocket: "🚀", rotating_light: "🚨", round_pushpin: "📍",
  see_no_evil: "🙈", shield: "🛡️", shrug: "🤷", slightly_smiling_face: "🙂", smile: "😄", smiley: "😃", sos: "🆘",
  sparkles: "✨", speech_balloon: "💬", star: "⭐", tada: "🎉", telephone_receiver: "📞", thinking_face: "🤔",
  thumbsdown: "👎", thumbsup: "👍", timer_clock: "⏲️", unlock: "🔓", warning: "⚠️", wastebasket: "🗑️", wave: "👋",
  white_check_mark: "✅", white_circle: "⚪", wrench: "🔧", x: "❌", zap: "⚡", zzz: "💤",
};

/** The character of an emoji's short name, or nothing. */
export const emoji = (name) => COMMON[name];

/** Text with its :short_names: replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (written, name) => emoji(name) ?? written);
}
